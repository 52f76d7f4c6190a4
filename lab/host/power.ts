import { spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { clearCgroups } from "./cgroup";
import { consoleOf } from "./console";
import type { Images } from "./disk";
import { netnsLeader, netnsPids, pids } from "./netns";
import { HOST, type LabNode, NODES } from "./nodes";
import { paths } from "./paths";
import { killAll, until } from "./process";
import { liveState, readState } from "./state";

const START_MS = 15_000;
const SUPERVISOR = join(paths.programs, "supervisor.cjs");

/** Switch a node on, by starting its power supply. */
export async function powerOn(images: Images, node: LabNode = HOST): Promise<void> {
  mkdirSync(paths.log, { recursive: true });
  const log = openSync(join(paths.log, "supervisor.log"), "a");
  const child = spawn(process.execPath, [SUPERVISOR, node.name, JSON.stringify(images)], {
    detached: true,
    stdio: ["ignore", log, log],
    cwd: "/",
  });
  child.unref();
  await until(
    () => liveState(node)?.supervisor.pid === child.pid || child.exitCode !== null,
    START_MS,
    `the power supply of ${node.name}`,
  );
}

/** Switch every node off at the wall, for good, whatever is left of it. */
export async function powerOff(): Promise<void> {
  // The supply first, or it would switch the host on again.
  await killAll(supervisors(), "SIGKILL");
  await clearCgroups();
  await killAll(
    NODES.flatMap(({ netns }) => netnsPids(netns)),
    "SIGKILL",
  );
}

/** Take the power from the running host, as when its plug is pulled. */
export async function cut(): Promise<void> {
  const leader = netnsLeader(HOST.netns);
  if (leader !== undefined) await killAll([leader], "SIGKILL");
}

/** Times the host was switched on since its disk was made. */
export function boots(): number {
  return readState()?.boots ?? 0;
}

/** What a node and its power supply said last. */
export function lastWords(node: LabNode = HOST): string {
  return [join(paths.log, "supervisor.log"), consoleOf(node)]
    .flatMap((file) => {
      try {
        return readFileSync(file, "utf8").trim().split("\n").slice(-8);
      } catch {
        return [];
      }
    })
    .join("\n");
}

/** Also those that have not come to say so in the state file. */
function supervisors(): number[] {
  return pids().filter((pid) => {
    try {
      const argv = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      return argv[1] === SUPERVISOR;
    } catch {
      return false;
    }
  });
}
