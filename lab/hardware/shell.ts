import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CommandOptions, type CommandResult, run } from "../host/command";
import { type HostAccess, publicKey } from "../host/keys";
import { shellLine, sshArgv } from "../host/ssh";
import { writeWhole } from "../host/write-whole";
import { consoleText, isOn, lastWords } from "./power";
import type { Place } from "./qemu";

const BOOT_MS = 10 * 60_000;

/** How to log in to a machine whose disk came from an image. */
export function accessTo(place: Place, image: string): HostAccess {
  const host = "127.0.0.1";
  const hostKey = publicKey(join(image, "ssh_host_ed25519_key"));
  const knownHostsFile = join(place.directory, "known_hosts");
  writeWhole(knownHostsFile, `[${host}]:${place.ssh} ${hostKey}\n`);
  const privateKeyFile = join(image, "id_ed25519");
  const privateKey = readFileSync(privateKeyFile, "utf8");
  return {
    host,
    port: place.ssh,
    user: "root",
    privateKeyFile,
    privateKey,
    knownHostsFile,
    hostKey,
  };
}

/** Run a command on a machine as root: one string for its shell, or words that are quoted for it. */
export const execOn = (
  access: HostAccess,
  command: string | readonly string[],
  options?: CommandOptions,
): Promise<CommandResult> => run(sshArgv(shellLine(command), access), options);

/** Run a command on a machine that has to succeed, and return what it printed. */
export async function mustOn(access: HostAccess, command: string, options?: CommandOptions) {
  const { code, stdout, stderr } = await execOn(access, command, options);
  if (code !== 0) throw new Error(`${command}: exit status ${code}\n${stderr}${stdout}`);
  return stdout;
}

/** Wait until a machine that was switched on has booted. */
export async function awaitBoot(place: Place): Promise<void> {
  const end = Date.now() + BOOT_MS;
  for (;;) {
    if (/^booted [-0-9a-f]{36}/m.test(consoleText(place))) return;
    if (!isOn(place)) throw new Error(`the machine is off\n${lastWords(place)}`);
    if (Date.now() > end) throw new Error(`the machine did not boot\n${lastWords(place)}`);
    await sleep(500);
  }
}
