import { CLOSED, locked, step, type Rules, type State, type Step } from "./state";

/** The steps that the host can make with nobody's help, without waiting for the clock. */
export function hostSteps(state: State, rules: Rules): Step[] {
  if (!state.up) return bootSteps(state, rules);
  return [...agentSteps(state, rules), ...watcherSteps(state, rules)];
}

/** The deadline passes. */
export function expire(state: State): Step[] {
  const open = state.host !== "IDLE" && state.host !== "STAGED";
  return state.up && open && !state.due ? [step(state, "expire", { due: true })] : [];
}

// The network comes up last. Power may be lost between any two of these.
function bootSteps(state: State, rules: Rules): Step[] {
  if (state.files !== state.confirmed && rules.persistLast)
    return [step(state, "boot-files", { files: state.confirmed })];
  if (state.host !== "IDLE" && rules.bootForgets) return [step(state, "boot-forget", CLOSED)];
  return [step(state, "boot", { up: true, runtime: state.files })];
}

function agentSteps(state: State, rules: Rules): Step[] {
  switch (state.agent) {
    case "none":
      return [];
    case "begin":
      return beginSteps(state, rules);
    case "apply":
      return applySteps(state, rules);
    case "confirm":
      return confirmSteps(state);
  }
}

function beginSteps(state: State, rules: Rules): Step[] {
  if (state.host === "STAGED") return [step(state, "arm", { host: "ARMED" })];
  if (state.watcher === "none" && rules.armFirst)
    return [step(state, "watch", { watcher: "watching" })];
  // From here on the change is in nobody's hands but the watcher's.
  return [step(state, "start", { agent: "apply" })];
}

// It holds no lock, so it goes on while the watcher is about to stop it.
function applySteps(state: State, rules: Rules): Step[] {
  if (state.host === "ARMED") return [step(state, "applying", { host: "APPLYING" })];
  const files = rules.persistLast ? {} : ({ files: "new" } as const);
  if (state.runtime === "old") return [step(state, "apply-part", { runtime: "part", ...files })];
  if (state.runtime === "part") return [step(state, "apply-rest", { runtime: "new", ...files })];
  const watcher = rules.armFirst ? {} : ({ watcher: "watching" } as const);
  return [step(state, "applied", { host: "APPLIED", agent: "none", ...watcher })];
}

function confirmSteps(state: State): Step[] {
  if (state.host === "APPLIED") return [step(state, "confirming", { host: "CONFIRMING" })];
  if (state.files === "old") return [step(state, "persist", { files: "new" })];
  if (state.confirmed === "old") return [step(state, "commit", { confirmed: "new" })];
  return [step(state, "close", { ...CLOSED, agent: "none" })];
}

function watcherSteps(state: State, rules: Rules): Step[] {
  switch (state.watcher) {
    case "none":
      return [];
    case "killed":
      return [step(state, "watch-again", { watcher: "watching" })];
    case "watching":
      return overdue(state, rules) && !locked(state, rules)
        ? [step(state, "take-over", { watcher: "acting" })]
        : [];
    case "acting":
      return endSteps(state, rules);
  }
}

function overdue({ host, agent, due }: State, rules: Rules): boolean {
  const late = due && rules.deadline;
  switch (host) {
    case "IDLE":
    case "STAGED":
      return false;
    case "ARMED":
    case "APPLYING":
      return late || agent === "none";
    case "APPLIED":
      return late;
    case "CONFIRMING":
      return late || agent === "none";
    case "ROLLING":
    case "BROKEN":
      return true;
  }
}

function endSteps(state: State, rules: Rules): Step[] {
  const { host, runtime, files, agent, confirmed } = state;
  if (confirmed === "new" && rules.watchAsksPointer)
    return [step(state, "finish", { ...CLOSED, files: "new" })];
  // Before anything is undone: a process that was only slow would do it again.
  if (agent === "apply") return [step(state, "stop-apply", { agent: "none" })];
  if (host !== "ROLLING") return [step(state, "roll", { host: "ROLLING" })];
  if (runtime === "new") return [step(state, "undo-rest", { runtime: "part" })];
  if (runtime === "part") return [step(state, "undo-part", { runtime: "old" })];
  if (files === "new") return [step(state, "undo-files", { files: "old" })];
  return [step(state, "rolled-back", CLOSED)];
}
