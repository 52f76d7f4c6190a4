import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PREFIX = "prlab-";

/** Move this process into control groups of its own, where systemd-nspawn then makes the host's. */
export function enterCgroups(): void {
  for (const mount of hierarchies()) {
    const group = join(mount, `${PREFIX}${process.pid}`);
    mkdirSync(group, { recursive: true });
    writeFileSync(join(group, "cgroup.procs"), `${process.pid}`);
  }
}

/** Remove the control groups of hosts that are gone. */
export function removeCgroups(): void {
  for (const mount of hierarchies()) {
    for (const name of readdirSync(mount)) {
      if (name.startsWith(PREFIX)) removeTree(join(mount, name));
    }
  }
}

/** Where systemd, in the host too, keeps its groups: version 2, and its own of version 1. */
function hierarchies(): string[] {
  return readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .flatMap((line) => {
      const [before = "", after = ""] = line.split(" - ");
      const [type, , options = ""] = after.split(" ");
      const systemd = type === "cgroup2" || options.split(",").includes("name=systemd");
      return systemd ? [before.split(" ")[4] ?? ""] : [];
    });
}

function removeTree(group: string): void {
  for (const entry of readdirSync(group, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(join(group, entry.name));
  }
  try {
    rmdirSync(group);
  } catch {
    // Somebody is in it: another host than ours.
  }
}
