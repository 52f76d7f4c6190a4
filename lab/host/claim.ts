import { existsSync, readFileSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { run } from "./command";
import { paths } from "./paths";
import { powerOff } from "./power";
import { alive } from "./process";
import type { LabState } from "./state";
import { unwire } from "./wiring";

/** Make this cache's lab the machine's one; fails when another one is up. */
export async function claim(): Promise<void> {
  const holder = claimedBy();
  if (holder === paths.lab) return;
  if (holder !== undefined) {
    if (runs(holder)) throw new Error(`another lab is up, in ${holder}; take it down first`);
    // Its remains are in the way: names of networks are the machine's.
    await powerOff();
    await unwire();
    for (const node of ["second/root", "root"]) await run(["umount", join(holder, node)]);
  }
  rmSync(paths.claim, { force: true });
  symlinkSync(paths.lab, paths.claim);
}

/** Give the machine's lab up, if it is this cache's. */
export function unclaim(): void {
  if (claimedBy() === paths.lab) rmSync(paths.claim, { force: true });
}

/** Whether a lab of another cache is up. */
export function claimedByOther(): string | undefined {
  const holder = claimedBy();
  return holder !== undefined && holder !== paths.lab && runs(holder) ? holder : undefined;
}

function claimedBy(): string | undefined {
  try {
    return readlinkSync(paths.claim);
  } catch {
    return undefined;
  }
}

function runs(lab: string): boolean {
  const file = join(lab, "state.json");
  if (!existsSync(file)) return false;
  const { supervisor } = JSON.parse(readFileSync(file, "utf8")) as LabState;
  return alive(supervisor);
}
