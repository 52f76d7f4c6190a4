import { expire, hostSteps } from "./host";
import {
  begin,
  confirm,
  connect,
  dropSsh,
  killAgent,
  killWatch,
  powerloss,
  status,
  type Action,
} from "./outside";
import { key, WORLDS } from "./search";
import { INITIAL, SPECIFIED, type State, type Step, type World } from "./state";

/** How a schedule can end. */
export interface Outcome {
  readonly confirmed: "old" | "new";
  /** The last verdict that the controller had; `unknown` without one. */
  readonly reported: "ok" | "failed" | "unknown";
}

/**
 * The ways in which a host that keeps to the protocol can end, once it has come to rest after the
 * schedule.
 *
 * Between two actions the host makes any number of steps, or none; the deadline passes only where
 * the schedule says `expire`, and once nothing else moves after its end. `begin` and `confirm` do
 * not wait for an answer, and `confirm` opens a connection of its own. `apply` waits until neither
 * begin nor apply runs, `status` until nothing moves without the clock. What is not possible has no
 * effect.
 *
 * A verdict ends a run of the controller: until the next `begin` it neither confirms nor asks.
 */
export function outcomes(schedule: readonly Action[], newConfigReachable: boolean): Outcome[] {
  const found = WORLDS.filter(({ newReachable }) => newReachable === newConfigReachable)
    .flatMap((world) => finalStates(schedule, world))
    .map(({ confirmed, controller }): Outcome => {
      const verdict = controller === "ok" || controller === "failed";
      return { confirmed, reported: verdict ? controller : "unknown" };
    });
  const distinct = new Map(found.map((one) => [`${one.confirmed} ${one.reported}`, one]));
  return [...distinct].sort(([a], [b]) => a.localeCompare(b)).map(([, one]) => one);
}

/** A state of everybody, and whether a request to confirm is under way. */
interface Moment {
  readonly state: State;
  readonly asked: boolean;
}

function finalStates(schedule: readonly Action[], world: World): State[] {
  let moments: Moment[] = [{ state: INITIAL, asked: false }];
  for (const action of schedule)
    moments = closure(
      moments.flatMap((moment) => perform(action, moment, world)),
      onward,
    );
  return closure(moments.filter(quiet), withTime)
    .filter((moment) => withTime(moment).length === 0)
    .map(({ state }) => state);
}

/** What can come of a moment without the clock: the host moves, or takes the request. */
const onward = ({ state, asked }: Moment): Moment[] => [
  ...hostSteps(state, SPECIFIED).map(({ next }) => ({ state: next, asked })),
  ...(asked ? confirm(state, SPECIFIED).map(({ next }) => ({ state: next, asked: false })) : []),
];

const withTime = (moment: Moment): Moment[] => [
  ...onward(moment),
  ...expire(moment.state).map(({ next }) => ({ ...moment, state: next })),
];

const quiet = (moment: Moment): boolean => onward(moment).length === 0;

/** All moments that the steps lead to, from any of these. */
function closure(from: readonly Moment[], steps: (moment: Moment) => Moment[]): Moment[] {
  const found = new Map<string, Moment>();
  const add = (moment: Moment) => found.set(`${key(moment.state)},${moment.asked}`, moment);
  from.forEach(add);
  // The map grows while it is walked.
  for (const moment of found.values())
    for (const next of steps(moment)) if (!found.has(`${key(next.state)},${next.asked}`)) add(next);
  return [...found.values()];
}

function perform(action: Action, moment: Moment, world: World): Moment[] {
  const { state } = moment;
  const after = (steps: readonly Step[]): Moment[] =>
    steps.length > 0 ? steps.map(({ next }) => ({ ...moment, state: next })) : [moment];

  switch (action) {
    case "begin":
      return after(begin(state, SPECIFIED, world));
    // Where a moment that still moves gets to is among the moments as well.
    case "apply":
      return state.agent === "begin" || state.agent === "apply" ? [] : [moment];
    case "status":
      return quiet(moment) ? after(status(state, world)) : [];
    case "confirm":
      return after(connect(state, world)).map((connected) => ({ ...connected, asked: true }));
    case "expire":
      return after(expire(state));
    case "powerloss":
      return after(powerloss(state));
    case "kill-agent":
      return after(killAgent(state));
    case "kill-watch":
      return after(killWatch(state));
    case "drop-ssh":
      return after(dropSsh(state));
  }
}
