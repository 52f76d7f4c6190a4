import { locked, reachable, step, type Rules, type State, type Step, type World } from "./state";

/** All that can happen to a host from outside; a schedule is made of these. */
export const ACTIONS = [
  "begin",
  "apply",
  "kill-agent",
  "kill-watch",
  "powerloss",
  "drop-ssh",
  "confirm",
  "expire",
  "status",
] as const;

/** One thing that happens to a host from outside. */
export type Action = (typeof ACTIONS)[number];

/** What the controller can do. */
export function controllerSteps(state: State, rules: Rules, world: World): Step[] {
  return [
    ...begin(state, rules, world),
    ...connect(state, world),
    ...confirm(state, rules),
    ...status(state, world),
    ...trustExitStatus(state, rules),
  ];
}

/** A run of the controller starts, perhaps after one that has died; a busy host refuses it. */
export function begin(state: State, rules: Rules, world: World): Step[] {
  if (!reachable(state, world)) return [step(state, "begin", { controller: "waiting" })];
  const run = { controller: "waiting", session: "early" } as const;
  const accepted = { host: "STAGED", agent: "begin", due: false, rebooted: false } as const;
  return [step(state, "begin", { ...run, ...(free(state, rules) ? accepted : {}) })];
}

function free(state: State, rules: Rules): boolean {
  if (locked(state, rules) || state.confirmed === "new") return false;
  // An orphan: armed, but killed before anybody watched it. It has changed nothing.
  const orphan = state.host === "ARMED" && state.watcher === "none" && state.agent === "none";
  return state.host === "IDLE" || state.host === "STAGED" || (orphan && state.due);
}

const running = ({ controller }: State) => controller === "waiting" || controller === "confirming";

/** A new connection; those of before stay, whatever the rules say now. */
export function connect(state: State, world: World): Step[] {
  if (!running(state) || !reachable(state, world)) return [];
  return [step(state, "connect", { session: state.host === "APPLIED" ? "late" : "early" })];
}

/** The host is asked to keep the change, and checks under its lock that it may. */
export function confirm(state: State, rules: Rules): Step[] {
  const { up, host, runtime, due, rebooted, session } = state;
  const asked = up && running(state) && session !== "none";
  const provable = session === "late" || !rules.lateConnection;
  const inTime = !due || !rules.deadline;
  const accepted = host === "APPLIED" && runtime === "new" && provable && inTime && !rebooted;
  const excluded = rules.confirmLocks ? locked(state, rules) : state.agent !== "none";
  return asked && accepted && !excluded
    ? [step(state, "confirm", { agent: "confirm", controller: "confirming" })]
    : [];
}

/** The controller asks how the change ended; while it has not, the answer is no verdict. */
export function status(state: State, world: World): Step[] {
  const { host, agent, confirmed } = state;
  const ended = host === "IDLE" || (host === "STAGED" && agent === "none");
  return running(state) && reachable(state, world) && ended
    ? [step(state, "status", { controller: confirmed === "new" ? "ok" : "failed" })]
    : [];
}

// What a controller does that takes the end of its command for the success of it.
function trustExitStatus(state: State, rules: Rules): Step[] {
  return !rules.reportPointer && state.controller === "confirming" && state.agent !== "confirm"
    ? [step(state, "exit-status", { controller: "ok" })]
    : [];
}

/** What goes wrong, each counted. */
export function faultSteps(state: State): Step[] {
  const faults = state.faults + 1;
  return [
    ...powerloss(state),
    ...killAgent(state),
    ...killWatch(state),
    ...dropSsh(state),
    ...undoFails(state),
  ].map(({ name, next }) => ({ name, next: { ...next, faults } }));
}

/** The kernel, its memory and its connections are gone. */
export function powerloss(state: State): Step[] {
  const gone = { agent: "none", watcher: "none", session: "none", runtime: "none" } as const;
  const rebooted = state.host !== "IDLE";
  return [step(state, "powerloss", { ...gone, up: false, due: false, rebooted })];
}

/** Whichever of begin, apply and confirm runs is killed. */
export const killAgent = (state: State): Step[] =>
  state.agent === "none" ? [] : [step(state, "kill-agent", { agent: "none" })];

/** The watcher is killed; its supervisor restarts it. */
export const killWatch = (state: State): Step[] =>
  state.watcher === "watching" || state.watcher === "acting"
    ? [step(state, "kill-watch", { watcher: "killed" })]
    : [];

/** Connections break; begin, which still hangs on one, may or may not go on. */
export function dropSsh(state: State): Step[] {
  if (state.session === "none") return [];
  const dropped = step(state, "drop-ssh", { session: "none" });
  return state.agent === "begin"
    ? [dropped, step(state, "drop-ssh", { session: "none", agent: "none" })]
    : [dropped];
}

// The watcher lets go of the lock and tries again later.
const undoFails = (state: State): Step[] =>
  state.watcher === "acting" && state.host === "ROLLING"
    ? [step(state, "undo-fails", { host: "BROKEN", watcher: "watching" })]
    : [];
