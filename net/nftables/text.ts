import type { Family } from "../cidr";
import { formatPorts, type PortRange } from "../ports";

/** How nft calls what differs between the families. */
export const IP: Readonly<Record<Family, { ip: string; type: string; nfproto: string }>> = {
  4: { ip: "ip", type: "ipv4_addr", nfproto: "meta nfproto ipv4" },
  6: { ip: "ip6", type: "ipv6_addr", nfproto: "meta nfproto ipv6" },
};

/** A named part of a table, indented once. */
export function block(head: string, lines: readonly string[]): string[] {
  return [`\t${head} {`, ...lines.map((line) => `\t\t${line}`), "\t}"];
}

/** A chain that a hook of the kernel calls. */
export function baseChain(name: string, hook: string, rules: readonly string[]): string[] {
  return block(`chain ${name}`, [`type ${hook};`, ...rules]);
}

/** A chain that other chains call. */
export function chain(name: string, rules: readonly string[]): string[] {
  return block(`chain ${name}`, rules);
}

/** A named set or map; nothing when it has no elements, which nft would refuse to be given. */
export function elements(head: string, type: readonly string[], list: readonly string[]): string[] {
  if (list.length === 0) return [];
  return block(head, [...type, "elements = {", ...list.map((one) => `\t${one},`), "}"]);
}

/** One rule, from the parts that are there, under the name of its declaration. */
export function rule(parts: readonly (string | undefined)[], comment: string): string {
  return [...parts.filter(Boolean), `comment "${comment}"`].join(" ");
}

/** An anonymous set. */
export function set(list: readonly (string | number)[]): string {
  return `{ ${list.join(", ")} }`;
}

/** An anonymous set of interface names. */
export function devices(names: readonly string[]): string {
  return set(names.map((name) => `"${name}"`));
}

/** An anonymous set of ports. */
export function ports(list: readonly PortRange[]): string {
  return set(list.map(formatPorts));
}

/** A limit, with a burst of two seconds' worth. */
export function rate(perSecond: number): string {
  return `rate ${perSecond}/second burst ${perSecond * 2} packets`;
}

/** A rule that writes to the kernel log, ten lines a second at most. */
export function logRule(match: string | undefined, comment: string): string {
  return rule([match, `limit ${rate(10)} log prefix "${comment}: "`], comment);
}
