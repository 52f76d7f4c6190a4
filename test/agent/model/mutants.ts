import { explore, WORLDS } from "./search";
import { SPECIFIED, type Rules } from "./state";

/** A protocol with one rule broken. */
export interface Mutant {
  readonly name: string;
  /** Who does it like that. */
  readonly seenIn: string;
  readonly breaks: keyof Rules;
}

/** The ways to get it wrong that the protocol was made to avoid. */
export const MUTANTS: readonly Mutant[] = [
  { name: "arm late", seenIn: "OpenWrt rpcd", breaks: "armFirst" },
  { name: "persist before confirm", seenIn: "netplan, LuCI, deploy-rs", breaks: "persistLast" },
  { name: "boot keeps the transaction", seenIn: "OpenWrt rpcd", breaks: "bootForgets" },
  {
    name: "watcher ignores the commit pointer",
    seenIn: "a timer that only rolls back",
    breaks: "watchAsksPointer",
  },
  {
    name: "confirm without lock",
    seenIn: "deploy-rs, whose confirm is an rm",
    breaks: "confirmLocks",
  },
  { name: "no deadline", seenIn: "ifreload -a, nft -f", breaks: "deadline" },
  { name: "trust exit codes", seenIn: "deploy-rs #214", breaks: "reportPointer" },
  {
    name: "confirm over an old connection",
    seenIn: "deploy-rs, with ControlMaster in ssh_config",
    breaks: "lateConnection",
  },
];

/** The shortest counterexamples of a mutant over all worlds, by the invariant that each breaks. */
function counterexamples({ breaks }: Mutant): Map<string, string> {
  const rules = { ...SPECIFIED, [breaks]: false };
  const found = WORLDS.flatMap((world) => {
    const where = `new ${word(world.newReachable)}, partial ${word(world.partReachable)}`;
    return [...explore(rules, world).violations].map(([invariant, trace]) => ({
      invariant,
      length: trace.length,
      text: `${trace.join(" > ")} [${where}]`,
    }));
  });
  // Of equally long ones the first: the sort is stable.
  found.sort((a, b) => a.invariant.localeCompare(b.invariant) || a.length - b.length);
  return new Map(
    found
      .filter(({ invariant }, i) => found[i - 1]?.invariant !== invariant)
      .map(({ invariant, text }) => [invariant, text]),
  );
}

const word = (reachable: boolean) => (reachable ? "reachable" : "unreachable");

/** A mutant's counterexamples for people to read. */
export function report(mutant: Mutant): string {
  const lines = [...counterexamples(mutant)].map(([name, text]) => `  ${name}\n    ${text}\n`);
  return `${mutant.name} (${mutant.seenIn})\n${lines.join("")}`;
}
