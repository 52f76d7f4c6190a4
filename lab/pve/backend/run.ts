import { spawn } from "node:child_process";
import { die } from "../api/error";

/** What a program said and how it ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Run a program to its end, whatever its exit code. */
export function attempt(command: string, args: readonly string[], stdin = ""): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? -1, stdout, stderr }));
    child.stdin.on("error", () => undefined);
    child.stdin.end(stdin);
  });
}

/** Run a program that must succeed; the error is worded as Proxmox's run_command does. */
export async function run(command: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await attempt(command, args);
  if (code !== 0) {
    const line = [command, ...args].join(" ");
    die(`command '${line}' failed: ${stderr.trim() || `exit code ${code}`}`);
  }
  return stdout;
}
