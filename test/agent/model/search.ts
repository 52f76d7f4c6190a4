import { expire, hostSteps } from "./host";
import { INVARIANTS } from "./invariants";
import { controllerSteps, faultSteps } from "./outside";
import { INITIAL, type Rules, type State, type Step, type World } from "./state";

/** The worlds that a change can meet. */
export const WORLDS: readonly World[] = [true, false].flatMap((newReachable) =>
  [true, false].map((partReachable) => ({ newReachable, partReachable })),
);

const MOST_FAULTS = 2;

/** What a state is told apart by. */
export const key = (state: State): string => Object.values(state).join();

/** All that was found in one world. */
export interface Exploration {
  readonly states: readonly State[];
  /** The shortest way to break each invariant that can be broken. */
  readonly violations: ReadonlyMap<string, readonly string[]>;
}

/** Visit every state that is reached by any interleaving of everybody's steps, nearest first. */
export function explore(rules: Rules, world: World): Exploration {
  const states: State[] = [INITIAL];
  const cameBy = new Map<string, { name: string; from: State } | undefined>([
    [key(INITIAL), undefined],
  ]);
  const violations = new Map<string, string[]>();
  const trace = (state: State): string[] => {
    const last = cameBy.get(key(state));
    return last ? [...trace(last.from), last.name] : [];
  };

  // The list grows while it is walked.
  for (const before of states)
    for (const { name, next: after } of allSteps(before, rules, world)) {
      if (!cameBy.has(key(after))) {
        cameBy.set(key(after), { name, from: before });
        states.push(after);
      }
      const edge = { before, name, after, world, atRest: alone(after, rules).length === 0 };
      for (const invariant of INVARIANTS)
        if (!violations.has(invariant.name) && !invariant.holds(edge))
          violations.set(invariant.name, [...trace(before), name]);
    }
  return { states, violations };
}

/** The steps of a host that is left alone, while time passes. */
const alone = (state: State, rules: Rules): Step[] => [
  ...hostSteps(state, rules),
  ...expire(state),
];

/** Every step that somebody can make. */
export const allSteps = (state: State, rules: Rules, world: World): Step[] => [
  ...alone(state, rules),
  ...controllerSteps(state, rules, world),
  ...(state.faults < MOST_FAULTS ? faultSteps(state) : []),
];

/** Most steps that a host left alone makes before it rests; infinite if it may never. */
export function longestWayToRest(states: readonly State[], rules: Rules): number {
  const known = new Map<string, number>();
  const length = (state: State): number => {
    const found = known.get(key(state));
    if (found !== undefined) return found;
    // Met again before it is known, it is on a cycle.
    known.set(key(state), Infinity);
    const longest = Math.max(0, ...alone(state, rules).map(({ next }) => 1 + length(next)));
    known.set(key(state), longest);
    return longest;
  };
  return Math.max(...states.map(length));
}
