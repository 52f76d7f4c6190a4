import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { HOST, type LabNode, NODES } from "./nodes";
import { paths } from "./paths";
import { until } from "./process";

const GROUP = `prlab-${createHash("sha256").update(paths.lab).digest("hex").slice(0, 8)}`;
const KILL_MS = 15_000;

/** Move this process into a node's control groups, where systemd-nspawn then makes the node's own. */
export function enterCgroups(node: LabNode): void {
  for (const { mount } of hierarchies()) {
    const group = join(mount, groupOf(node));
    mkdirSync(group, { recursive: true });
    writeFileSync(join(group, "cgroup.procs"), `${process.pid}`);
  }
}

/** Kill whatever runs in the lab's control groups, and remove them. */
export async function clearCgroups(): Promise<void> {
  for (const { mount, unified } of hierarchies()) {
    for (const node of NODES) {
      const group = join(mount, groupOf(node));
      if (!existsSync(group)) continue;
      // At one stroke: a container that is just starting has processes that no list would hold.
      if (unified) writeFileSync(join(group, "cgroup.kill"), "1");
      await until(() => removeTree(group), KILL_MS, `the control group ${group} to be empty`);
    }
  }
}

const groupOf = (node: LabNode) => (node === HOST ? GROUP : `${GROUP}-${node.name}`);

/** Where systemd, in the host too, keeps its groups: version 2, and its own of version 1. */
function hierarchies(): { mount: string; unified: boolean }[] {
  return (
    readFileSync("/proc/self/mountinfo", "utf8")
      .split("\n")
      .flatMap((line) => {
        const [before = "", after = ""] = line.split(" - ");
        const [type, , options = ""] = after.split(" ");
        const unified = type === "cgroup2";
        if (!unified && !options.split(",").includes("name=systemd")) return [];
        return [{ mount: before.split(" ")[4] ?? "", unified }];
      })
      // Killing in the unified one empties the other.
      .sort((a, b) => Number(b.unified) - Number(a.unified))
  );
}

function removeTree(group: string): boolean {
  try {
    for (const entry of readdirSync(group, { withFileTypes: true })) {
      if (entry.isDirectory()) removeTree(join(group, entry.name));
    }
    rmdirSync(group);
    return true;
  } catch {
    return !existsSync(group);
  }
}
