import { reachable, settled, type State, type World } from "./state";

/** One step of an exploration, with what an invariant may ask about it. */
interface Edge {
  readonly before: State;
  readonly name: string;
  readonly after: State;
  readonly world: World;
  /** Whether the host, left alone from here on, does nothing any more. */
  readonly atRest: boolean;
}

/** What must hold of every step. */
export interface Invariant {
  readonly name: string;
  readonly holds: (edge: Edge) => boolean;
}

/** The invariants of the protocol, by their numbers in its design. */
export const INVARIANTS: readonly Invariant[] = [
  {
    // Enough because the host always comes to rest, which a test of its own asks.
    name: "I1 no lockout",
    holds: ({ after, world, atRest }) => !atRest || reachable(after, world),
  },
  {
    name: "I2 boot safety",
    holds: ({ name, after }) => name !== "boot" || settled(after),
  },
  {
    name: "I3 atomic",
    holds: ({ after }) => !after.up || after.host !== "IDLE" || settled(after),
  },
  {
    name: "I4 agreement",
    holds: ({ after: { controller, confirmed } }) =>
      (controller !== "ok" || confirmed === "new") &&
      (controller !== "failed" || confirmed === "old"),
  },
  {
    name: "I5 confirm",
    holds: ({ name, before: { host, runtime, session, due, rebooted } }) =>
      name !== "confirm" ||
      (host === "APPLIED" && runtime === "new" && session === "late" && !due && !rebooted),
  },
  {
    name: "I6 one transaction",
    holds: ({ before, after }) =>
      (after.agent !== "begin" || before.agent === "begin" || alone(before)) &&
      (after.agent !== "confirm" || (after.watcher !== "acting" && after.host !== "ROLLING")),
  },
  {
    name: "STUCK",
    holds: ({ after, atRest }) => !atRest || after.host === "IDLE" || orphan(after),
  },
];

const alone = ({ agent, watcher }: State) => agent === "none" && watcher === "none";

/** Whether it has changed nothing, and gives way to the next begin. */
const orphan = (state: State) =>
  (state.host === "STAGED" || state.host === "ARMED") && settled(state);
