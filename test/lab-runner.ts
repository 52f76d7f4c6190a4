import { statSync } from "node:fs";
import { join } from "node:path";
import { paths } from "../lab/host/paths";

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

/** Run each file with a lab of its own, the largest first, and give what came of them. */
export async function eachInLab<T>(
  files: readonly string[],
  run: (file: string, within: readonly string[]) => Promise<T>,
): Promise<T[]> {
  const queue = [...files].sort((a, b) => statSync(b).size - statSync(a).size);
  const results: T[] = [];
  const work = async (lab: string) => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      results.push(await run(file, sandbox(lab)));
    }
  };
  await Promise.all(LABS.map(work));
  return results;
}
