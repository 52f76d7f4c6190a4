import { integerIssues } from "./integer";
import { type Issues, issue, quote } from "./issues";
import { nameIssues, sameNameIssues } from "./names";
import { type FirewallPolicy, ROUTER } from "./policy";

/** The reason why a name is none of the declared zones. */
export function unknownZone(path: string, name: string, allowed: readonly string[]): Issues {
  return allowed.includes(name)
    ? []
    : issue(path, `unknown zone ${quote(name)}`, [...allowed].sort().join(", "));
}

/** The reason why a name is neither a declared zone nor the router. */
export function unknownEnd(path: string, name: string, { zones }: FirewallPolicy): Issues {
  return unknownZone(path, name, [ROUTER, ...zones.map((zone) => zone.name)]);
}

/** The zones that translations can be bound to: those that are interfaces and nothing else. */
export function interfaceZones({ zones }: FirewallPolicy): string[] {
  return zones.filter((zone) => !zone.addresses).map((zone) => zone.name);
}

/** Every reason why names of one kind can not be told apart, or not be written down. */
export function declaredNames(path: string, list: readonly { name: string }[]): Issues {
  return [
    ...list.flatMap(({ name }, i) => nameIssues(`${path}[${i}].name`, name)),
    ...sameNameIssues(list.map(({ name }, i) => ({ path: `${path}[${i}].name`, name }))),
  ];
}

/** Every reason why a number is not one a limit can have. */
export function rateIssues(path: string, value: number | undefined): Issues {
  return value === undefined
    ? []
    : integerIssues(path, value, { min: 1, max: 1_000_000, unit: "a second" });
}
