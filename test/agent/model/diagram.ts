import { allSteps, explore, WORLDS } from "./search";
import { HOST_STATES, SPECIFIED } from "./state";

/** The host's states and every step between two of them, as Mermaid text. */
export function stateDiagram(): string {
  const names = new Map<string, Set<string>>();
  for (const world of WORLDS)
    for (const state of explore(SPECIFIED, world).states)
      for (const { name, next } of allSteps(state, SPECIFIED, world)) {
        if (next.host === state.host) continue;
        const arrow = `${state.host} --> ${next.host}`;
        names.set(arrow, (names.get(arrow) ?? new Set()).add(name));
      }

  const arrows = HOST_STATES.flatMap((from) => HOST_STATES.map((to) => `${from} --> ${to}`));
  const lines = arrows.flatMap((arrow) => {
    const found = names.get(arrow);
    return found ? [`${arrow}: ${[...found].sort().join(", ")}`] : [];
  });
  return ["stateDiagram-v2", "[*] --> IDLE", ...lines].join("\n    ") + "\n";
}
