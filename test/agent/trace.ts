import { readFileSync, rmSync } from "node:fs";
import type { Machine } from "./machine";
import { until } from "./machine";

const CALLS = [
  ...["clone", "clone3", "fork", "vfork", "unshare", "open", "openat", "creat", "truncate"],
  ...["rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir"],
  ...[
    "link",
    "linkat",
    "symlink",
    "symlinkat",
    "chmod",
    "fchmodat",
    "chown",
    "fchownat",
    "sendmsg",
  ],
].join();
const READS = /^(open|openat)\((?!.*O_(WRONLY|RDWR|CREAT|TRUNC))/;
const KEPT = /"\/(etc|var|usr|proc\/sys)\//;
const NETLINK = /(RTM_(NEW|DEL|SET)|NFT_MSG_(NEW|DEL))[A-Z]+/;

/**
 * The calls of the kernel, made for whoever logs in while `action` runs, that change what a reboot or
 * the network would notice. What happens in a network namespace of its own does not count.
 */
export async function mutations(
  machine: Machine,
  action: () => Promise<unknown>,
): Promise<string[]> {
  const log = machine.path("trace");
  await machine.exec(
    `strace -f -qq -o ${log} -e trace=${CALLS} -p "$(pgrep -o sshd)" </dev/null >/dev/null 2>&1 & ` +
      "echo $! >/run/tracer",
  );
  await until("the tracer", async () => {
    const tracer = "grep -q '^TracerPid:[^0-9]*[1-9]' /proc/$(pgrep -o sshd)/status";
    return (await machine.exec(tracer)).code === 0;
  });
  await action();
  await machine.exec("kill $(cat /run/tracer); while kill -0 $(cat /run/tracer); do :; done");
  const lines = readFileSync(log, "utf8").split("\n");
  rmSync(log);
  return changesOf(lines);
}

function changesOf(lines: readonly string[]): string[] {
  const apart = new Set<string>();
  return lines.flatMap((line) => {
    const [, pid = "", call = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const child = /^(?:<\.\.\. )?(?:clone3?|v?fork)[( ].* = (\d+)$/.exec(call)?.[1];
    if (child !== undefined && apart.has(pid)) apart.add(child);
    if (call.startsWith("unshare(") && call.includes("CLONE_NEWNET")) apart.add(pid);
    if (apart.has(pid)) return [];
    const netlink = NETLINK.exec(call)?.[0];
    if (netlink !== undefined) return [netlink];
    const nothing = READS.test(call) || call.includes("resumed") || call.includes("ENOENT");
    return KEPT.test(call) && !nothing ? [call] : [];
  });
}
