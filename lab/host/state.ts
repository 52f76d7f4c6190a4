import { existsSync, readFileSync } from "node:fs";
import { paths } from "./paths";
import { alive, type ProcessId } from "./process";
import { writeWhole } from "./write-whole";

/** What the supervisor knows of the host. */
export interface LabState {
  readonly supervisor: ProcessId;
  /** Times the host was switched on since `up` made its disk. */
  readonly boots: number;
}

/** What the last supervisor wrote, whether it still runs or not. */
export function readState(): LabState | undefined {
  if (!existsSync(paths.state)) return undefined;
  try {
    return JSON.parse(readFileSync(paths.state, "utf8")) as LabState;
  } catch {
    return undefined;
  }
}

/** Record what the supervisor knows. */
export function writeState(state: LabState): void {
  writeWhole(paths.state, JSON.stringify(state));
}

/** The state, if its supervisor runs. */
export function liveState(): LabState | undefined {
  const state = readState();
  return state !== undefined && alive(state.supervisor) ? state : undefined;
}
