import fc from "fast-check";
import type { Action } from "./model/outside";

/** One thing that happens; times are in milliseconds. */
export interface Move {
  readonly action: Action;
  /** How long nothing else happens after it. */
  readonly pause: number;
  /** How long a connection to confirm is open before it is used. */
  readonly late: number;
}

/** What happens to a machine, and whether the new configuration lets new connections in. */
export interface Schedule {
  readonly reachable: boolean;
  readonly moves: readonly Move[];
}

// How often, one against another.
const WEIGHTS: Record<Action, number> = {
  begin: 4,
  apply: 3,
  confirm: 4,
  status: 3,
  expire: 2,
  "kill-agent": 2,
  "kill-watch": 1,
  "drop-ssh": 1,
  powerloss: 1,
};

const move = fc.record({
  action: fc.oneof(
    ...Object.entries(WEIGHTS).map(([action, weight]) => ({
      arbitrary: fc.constant(action as Action),
      weight,
    })),
  ),
  // Short ones are within a step of the agent, long ones let it make some.
  pause: fc.oneof(fc.constant(0), fc.nat(20), fc.nat(300)),
  // Long enough to be of a time before the change, and used after it.
  late: fc.oneof(fc.constant(0), fc.constant(0), fc.nat(300), fc.nat(1500)),
});

const schedules = fc.record({
  reachable: fc.boolean(),
  moves: fc.array(move, { minLength: 1, maxLength: 7 }),
});

/** The schedule of a seed. */
export function scheduleOf(seed: number): Schedule {
  const [schedule] = fc.sample(schedules, { seed, numRuns: 1 });
  if (!schedule) throw new Error("no schedule");
  return schedule;
}

/** For people to read: the pauses follow the actions. */
export const describeSchedule = ({ reachable, moves }: Schedule): string =>
  [
    `new connections ${reachable ? "get through" : "are refused"}:`,
    ...moves.map(({ action, pause, late }) =>
      [action, action === "confirm" && late > 0 && `after ${late}ms`, pause > 0 && `(${pause}ms)`]
        .filter(Boolean)
        .join(" "),
    ),
  ].join(" ");

/** The same with one move less, each way. */
export const shorter = ({ reachable, moves }: Schedule): Schedule[] =>
  moves.map((_, i) => ({ reachable, moves: moves.filter((_, j) => j !== i) }));
