import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { paths, project } from "../lab/host/paths";

/** Labs that are up at the same time: each waits for its guests more than it works. */
const LABS = ["lab-test-1", "lab-test-2"];

const SETUP = 'mount -t tmpfs tmpfs /run; mkdir /run/netns; ip link set lo up; exec "$@"';

// Nothing of a lab is seen outside, and all of it ends with the command. Another run of the tests,
// from whatever checkout, waits for its turn.
const sandbox = (lab: string): string[] => [
  ...["env", `PROXMOX_ROUTER_LAB=${lab}`],
  ...["flock", "--no-fork", join(paths.cache, `${lab}.lock`)],
  ...["setpriv", "--pdeathsig", "KILL"],
  ...["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"],
  ...["sh", "-ec", SETUP, "sh"],
];

const TIMES = join(paths.cache, "lab-times.json");

/** How long each file took when it last ran on this machine, in milliseconds. */
function lastTimes(): Record<string, number> {
  try {
    return JSON.parse(readFileSync(TIMES, "utf8")) as Record<string, number>;
  } catch {
    return {};
  }
}

/** Run each file with a lab of its own, the slowest first, and give what came of them. */
export async function eachInLab<T>(
  files: readonly string[],
  run: (file: string, within: readonly string[]) => Promise<T>,
): Promise<T[]> {
  const times = lastTimes();
  const name = (file: string) => relative(project, file);
  const time = (file: string) => times[name(file)] ?? Infinity;
  const queue = [...files].sort((a, b) => (time(a) === time(b) ? 0 : time(b) - time(a)));
  const results: T[] = [];
  const work = async (lab: string) => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const begun = performance.now();
      results.push(await run(file, sandbox(lab)));
      times[name(file)] = Math.round(performance.now() - begun);
    }
  };
  await Promise.all(LABS.map(work));
  writeFileSync(TIMES, JSON.stringify(times));
  return results;
}
