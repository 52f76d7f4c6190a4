import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { HOST, type LabNode } from "./nodes";
import { alive, type ProcessId } from "./process";
import { writeWhole } from "./write-whole";

/** What the supervisor knows of its node. */
export interface LabState {
  readonly supervisor: ProcessId;
  /** Times the node was switched on since `up` made its disk. */
  readonly boots: number;
}

/** What the last supervisor wrote, whether it still runs or not. */
export function readState(node: LabNode = HOST): LabState | undefined {
  if (!existsSync(stateFile(node))) return undefined;
  try {
    return JSON.parse(readFileSync(stateFile(node), "utf8")) as LabState;
  } catch {
    return undefined;
  }
}

/** Record what the supervisor knows. */
export function writeState(state: LabState, node: LabNode): void {
  writeWhole(stateFile(node), JSON.stringify(state));
}

/** The state, if its supervisor runs. */
export function liveState(node: LabNode = HOST): LabState | undefined {
  const state = readState(node);
  return state !== undefined && alive(state.supervisor) ? state : undefined;
}

/** Where a node's supervisor writes what it knows. */
export const stateFile = ({ directory }: LabNode): string => join(directory, "state.json");
