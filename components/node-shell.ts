import { nodeConnection, type ProxmoxNodeArgs } from "./proxmox-node";
import { resolved } from "./resolved";
import { execute, placeOf, type SshTarget } from "../agent/ssh";

const CONNECT_MS = 15_000;

/**
 * Run a shell script on a node over a connection of its own, the host key pinned.
 *
 * Rejects with the script's own words when it fails.
 */
export async function runOnNode(node: ProxmoxNodeArgs, script: string): Promise<string> {
  return runScript(await resolved(nodeConnection(node)), script);
}

/** The same, once it is known how the node is reached. */
export async function runScript(node: SshTarget, script: string): Promise<string> {
  const call = { command: "sh -s", stdin: script };
  const { status, stdout, stderr } = await execute(node, call, { connectMs: CONNECT_MS });
  if (status === 0) return stdout;
  throw new Error(`${placeOf(node)}: ${stderr.trim() || `the script ended with status ${status}`}`);
}
