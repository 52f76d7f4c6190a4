import { parseDrift, parseStatus } from "../agent/answers";
import { driftCall } from "../agent/frame";
import { execute, placeOf } from "../agent/ssh";
import type { Recorded } from "./state";

/** One machine compared with what a stack has recorded of it. */
export interface MachineDrift {
  /** Where it is. */
  readonly machine: string;
  /** Slices that were to be looked at. */
  readonly slices: readonly string[];
  /** What differs, a sentence each. */
  readonly differences: readonly { readonly slice: string; readonly difference: string }[];
  /** Why it could not be looked at. */
  readonly unreachable?: string;
}

const RUN_MS = 60_000;

/** Look at every machine, over one connection each; nothing is changed. */
export function driftOf(recorded: readonly Recorded[]): Promise<MachineDrift[]> {
  const machines = Map.groupBy(recorded, ({ connection }) => placeOf(connection));
  return Promise.all([...machines].map(([machine, slices]) => look(machine, slices)));
}

async function look(machine: string, recorded: readonly Recorded[]): Promise<MachineDrift> {
  const slices = recorded.map(({ slice }) => slice);
  const [first] = recorded;
  if (!first) return { machine, slices, differences: [] };
  try {
    const { stdout } = await execute(first.connection, driftCall(), { runMs: RUN_MS });
    const differences = recorded.flatMap(({ slice, target }) =>
      differencesOf(slice, target, stdout).map((difference) => ({ slice, difference })),
    );
    return { machine, slices, differences };
  } catch (error) {
    return { machine, slices, differences: [], unreachable: (error as Error).message };
  }
}

function differencesOf(slice: string, target: string, answer: string): string[] {
  const { confirmed } = parseStatus(slice, answer);
  const generation =
    confirmed === target
      ? []
      : [`generation: expected ${target.slice(0, 12)}, found ${confirmed.slice(0, 12)}`];
  return [...generation, ...parseDrift(slice, answer)];
}
