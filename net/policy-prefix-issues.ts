import { addressIssues } from "./address-issues";
import { formatCidr, networkOf, parseCidr } from "./cidr";
import { integerIssues } from "./integer";
import { type Issues, issue, quote } from "./issues";
import type { FirewallPolicy } from "./policy";
import { declaredNames } from "./policy-name-issues";
import { isSetName, membersOf } from "./policy-resolve";

/** Every reason why a value is neither an address nor a network. */
export function prefixIssues(path: string, value: unknown): Issues {
  if (typeof value !== "string" || !value.includes("/")) return addressIssues(path, value);
  const cidr = parseCidr(value);
  if (!cidr) {
    const literal = addressIssues(path, value.split("/")[0]);
    return literal.length > 0
      ? literal
      : issue(path, `got ${quote(value)}`, "a network such as 10.0.0.0/8 or fd00::/8");
  }
  if (cidr.prefix === 0) {
    return issue(
      path,
      `got ${quote(value)}, every address there is`,
      "no list at all to mean that",
    );
  }
  const network = networkOf(cidr);
  return network.address === cidr.address
    ? []
    : issue(path, `got ${quote(value)}, with host bits set`, formatCidr(network));
}

/** Every reason why a value is no destination of a route, where `/0` is the way to all others. */
export function destinationIssues(path: string, value: string): Issues {
  const cidr = parseCidr(value);
  if (cidr?.prefix !== 0) return prefixIssues(path, value);
  return cidr.address === 0n
    ? []
    : issue(path, `got ${quote(value)}, with host bits set`, formatCidr(networkOf(cidr)));
}

/** Every reason why a list is not one of addresses and networks; an empty one would match nothing. */
export function prefixListIssues(path: string, list: readonly unknown[] | undefined): Issues {
  if (list?.length === 0) return issue(path, "empty", "at least one address or network");
  return (list ?? []).flatMap((one, i) => prefixIssues(`${path}[${i}]`, one));
}

/** As for `prefixListIssues`, where names of sets are allowed too. */
export function sourceListIssues(
  path: string,
  list: readonly unknown[] | undefined,
  { sets = [] }: FirewallPolicy,
): Issues {
  if (list?.length === 0) return issue(path, "empty", "at least one address, network or set");
  return (list ?? []).flatMap((one, i) =>
    typeof one === "string" && isSetName(one)
      ? unknownSet(`${path}[${i}]`, one, ["an IP address", ...namesOf(sets)])
      : prefixIssues(`${path}[${i}]`, one),
  );
}

/** Every reason why the named sets of a policy can not be written out. */
export function setIssues({ sets = [] }: FirewallPolicy): Issues {
  return [
    ...declaredNames("sets", sets),
    ...sets.flatMap(({ name, addresses = [], sets: nested = [], timeout }, i) => [
      ...addresses.flatMap((one, j) => prefixIssues(`sets[${i}].addresses[${j}]`, one)),
      ...nested.flatMap((one, j) => [
        ...unknownSet(`sets[${i}].sets[${j}]`, one, namesOf(sets)),
        ...(sets.some((set) => set.name === one && set.timeout !== undefined)
          ? issue(
              `sets[${i}].sets[${j}]`,
              `${quote(one)} fills at run time`,
              "a set without timeout",
            )
          : []),
        ...(reaches(sets, one, name)
          ? issue(`sets[${i}].sets[${j}]`, `${quote(one)} contains ${quote(name)}`, "no circle")
          : []),
      ]),
      ...(timeout === undefined
        ? membersOf(sets, name).length === 0
          ? issue(`sets[${i}]`, "empty", "addresses, sets or a timeout")
          : []
        : [
            ...integerIssues(`sets[${i}].timeout`, timeout, {
              min: 1,
              max: 31_536_000,
              unit: "seconds",
            }),
            ...(addresses.length + nested.length > 0
              ? issue(`sets[${i}]`, "has members and a timeout", "one of the two")
              : []),
          ]),
    ]),
  ];
}

const namesOf = (sets: readonly { name: string }[]) => sets.map((set) => set.name);

const unknownSet = (path: string, name: string, known: readonly string[]) =>
  known.includes(name) ? [] : issue(path, `unknown set ${quote(name)}`, known.join(", "));

function reaches(
  sets: NonNullable<FirewallPolicy["sets"]>,
  from: string,
  to: string,
  seen = new Set<string>(),
): boolean {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  const nested = sets.find((set) => set.name === from)?.sets ?? [];
  return nested.some((one) => reaches(sets, one, to, seen));
}
