/** Where a change can stand on the host, in the order of one that goes well. */
export const HOST_STATES = [
  "IDLE",
  "STAGED",
  "ARMED",
  "APPLYING",
  "APPLIED",
  "CONFIRMING",
  "ROLLING",
  "BROKEN",
] as const;

/** Where a change stands on the host. */
type HostState = (typeof HOST_STATES)[number];

/** All that the protocol's steps depend on. A power loss leaves `host`, `files` and `confirmed`. */
export interface State {
  readonly up: boolean;
  readonly host: HostState;
  /** What is in force in the kernel. */
  readonly runtime: "old" | "part" | "new" | "none";
  /** What the files say that the next boot reads. */
  readonly files: "old" | "new";
  /** The commit pointer. */
  readonly confirmed: "old" | "new";
  /** The process at work; `begin` and `confirm` hold the lock. */
  readonly agent: "none" | "begin" | "apply" | "confirm";
  /** The dead-man: started, holding the lock to end the change, or killed and soon restarted. */
  readonly watcher: "none" | "watching" | "acting" | "killed";
  /** Whether the deadline of the open change has passed. */
  readonly due: boolean;
  /** Whether the open change is of an earlier boot. */
  readonly rebooted: boolean;
  /** The connection to confirm over: opened before or after APPLIED was reached. */
  readonly session: "none" | "early" | "late";
  /** What the controller does, then what it reported. */
  readonly controller: "idle" | "waiting" | "confirming" | "ok" | "failed";
  readonly faults: number;
}

/** Whether a new connection gets through, by what is in force. */
export interface World {
  readonly newReachable: boolean;
  readonly partReachable: boolean;
}

/** The rules of the protocol; a mutant breaks one. */
export interface Rules {
  /** The watcher runs before anything is changed. */
  readonly armFirst: boolean;
  /** Files for the next boot follow the confirmation, and boot corrects them. */
  readonly persistLast: boolean;
  /** Boot forgets the open change. */
  readonly bootForgets: boolean;
  /** Who finds a confirmation cut short asks the commit pointer how far it came. */
  readonly watchAsksPointer: boolean;
  /** A confirmation excludes a rollback while it lasts. */
  readonly confirmLocks: boolean;
  /** A change that is not confirmed in time is taken back, and not confirmed later. */
  readonly deadline: boolean;
  /** The controller reports what the commit pointer says. */
  readonly reportPointer: boolean;
  /** Only a connection opened after APPLIED was reached can confirm. */
  readonly lateConnection: boolean;
}

/** The protocol as specified. */
export const SPECIFIED: Rules = {
  armFirst: true,
  persistLast: true,
  bootForgets: true,
  watchAsksPointer: true,
  confirmLocks: true,
  deadline: true,
  reportPointer: true,
  lateConnection: true,
};

/** A host at rest, before anybody asks it for a change. */
export const INITIAL: State = {
  up: true,
  host: "IDLE",
  runtime: "old",
  files: "old",
  confirmed: "old",
  agent: "none",
  watcher: "none",
  due: false,
  rebooted: false,
  session: "none",
  controller: "idle",
  faults: 0,
};

/** One step of anybody. */
export interface Step {
  readonly name: string;
  readonly next: State;
}

/** The step `name` from a state, with what it changes. */
export const step = (state: State, name: string, change: Partial<State>): Step => ({
  name,
  next: { ...state, ...change },
});

/** What the end of a change, either way, leaves of it. */
export const CLOSED = { host: "IDLE", watcher: "none", due: false, rebooted: false } as const;

/** Whether a new connection to the host gets through. */
export const reachable = ({ up, runtime }: State, world: World): boolean =>
  up && { old: true, part: world.partReachable, new: world.newReachable, none: false }[runtime];

/** Whether somebody holds the host's lock. */
export const locked = ({ agent, watcher }: State, rules: Rules): boolean =>
  agent === "begin" || (agent === "confirm" && rules.confirmLocks) || watcher === "acting";

/** Whether what is in force and what the next boot reads is what was confirmed. */
export const settled = ({ runtime, files, confirmed }: State): boolean =>
  runtime === confirmed && files === confirmed;
