import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { type CommandOptions, must } from "./command";

const NETNS_DIR = "/run/netns";

/** Every network namespace of the lab that exists. */
export function labNetns(): string[] {
  try {
    return readdirSync(NETNS_DIR).filter((name) => name.startsWith("prlab-"));
  } catch {
    return [];
  }
}

/** A command line that runs `argv` in a network namespace and shares everything else with us. */
export function inNetns(netns: string, argv: readonly string[]): string[] {
  // Not `ip netns exec`: its private mounts would hold on to the host's root after `down`.
  return ["nsenter", `--net=${NETNS_DIR}/${netns}`, "--", ...argv];
}

/** Run lines of `ip` commands, stopping at the first that fails. */
export async function ip(netns: string | undefined, lines: readonly string[]): Promise<void> {
  const where = netns === undefined ? [] : ["-n", netns];
  await must(["ip", ...where, "-batch", "-"], { stdin: `${lines.join("\n")}\n` });
}

/** Answer of an `ip -json` query in a namespace. */
export async function ipJson<T>(
  netns: string | undefined,
  query: readonly string[],
  options?: CommandOptions,
): Promise<T[]> {
  const where = netns === undefined ? [] : ["-n", netns];
  const text = await must(["ip", "-json", ...where, ...query], options);
  return text.trim() === "" ? [] : (JSON.parse(text) as T[]);
}

/** Processes in a network namespace. */
export function netnsPids(netns: string): number[] {
  let inode: number;
  try {
    inode = statSync(`${NETNS_DIR}/${netns}`).ino;
  } catch {
    return [];
  }
  return pids().filter(
    (pid) => read(() => readlinkSync(`/proc/${pid}/ns/net`)) === `net:[${inode}]`,
  );
}

/** PID 1 of the container that lives in a network namespace. */
export function netnsLeader(netns: string): number | undefined {
  return netnsPids(netns).find((pid) => {
    const status = read(() => readFileSync(`/proc/${pid}/status`, "utf8")) ?? "";
    const inner = /^NSpid:(.*)$/m.exec(status)?.[1]?.trim().split(/\s+/) ?? [];
    return inner.length > 1 && inner.at(-1) === "1";
  });
}

/** Every process of the machine. */
export function pids(): number[] {
  return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

function read<T>(fn: () => T): T | undefined {
  try {
    return fn();
  } catch {
    return undefined;
  }
}
