import { type CommandOptions, type CommandResult, run } from "./command";
import { access, type HostAccess } from "./keys";
import { HOST, type LabNode } from "./nodes";

/** Run a command on a node as root: one string for its shell, or words that are quoted for it. */
export function hostExec(
  command: string | readonly string[],
  options: CommandOptions = {},
  node: LabNode = HOST,
): Promise<CommandResult> {
  return run(sshArgv(shellLine(command), access(node)), options);
}

/** A command as one string for a shell; words are quoted. */
export const shellLine = (command: string | readonly string[]): string =>
  typeof command === "string" ? command : command.map(quote).join(" ");

/** The command line that logs in to the host; a login shell without a command. */
export function sshArgv(command?: string, to: HostAccess = access()): string[] {
  const { host, port, user, privateKeyFile, knownHostsFile } = to;
  const options = [
    "BatchMode=yes",
    "ConnectTimeout=5",
    "GlobalKnownHostsFile=/dev/null",
    "IdentitiesOnly=yes",
    "LogLevel=ERROR",
    "ServerAliveCountMax=3",
    "ServerAliveInterval=5",
    "StrictHostKeyChecking=yes",
    `UserKnownHostsFile=${knownHostsFile}`,
  ];
  return [
    ...["ssh", "-F", "/dev/null", "-i", privateKeyFile, "-p", `${port}`],
    ...options.flatMap((option) => ["-o", option]),
    `${user}@${host}`,
    ...(command === undefined ? [] : [command]),
  ];
}

const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
