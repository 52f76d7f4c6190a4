import type { Family } from "../cidr";
import type { FirewallForward, FirewallPolicy } from "../policy";
import {
  FAMILIES,
  formatPrefix,
  isSetName,
  membersOf,
  parsePrefix,
  prefixesOf,
  wire,
} from "../policy-resolve";
import { formatPorts, type PortRange } from "../ports";
import { IP } from "./text";

/** How a packet is looked up among forwards: what its key is made of, and how nft types that. */
export const Shape = {
  /** One port, everybody may use it: a hash, whose size does not matter. */
  Exact: "exact",
  /** A range of ports. */
  Range: "range",
  /** Ports that only some sources may use. */
  Allowed: "allowed",
} as const;
/** How a packet is looked up among forwards. */
export type Shape = (typeof Shape)[keyof typeof Shape];

/** One forwarded protocol, port and source, as one element of a map. */
export interface ForwardElement {
  readonly forward: FirewallForward;
  readonly shape: Shape;
  readonly key: string;
  /** Address, and port unless it stays as it is. */
  readonly target: string;
  readonly keepsPort: boolean;
}

/** What one chain looks up: the forwards of a zone, or those of addresses of their own. */
export interface ForwardGroup {
  /** Zone, or nothing for forwards of external addresses. */
  readonly zone?: string;
  readonly family: Family;
}

/** All groups that have forwards; those of external addresses are looked up first. */
export function forwardGroups({ forwards = [] }: FirewallPolicy): ForwardGroup[] {
  const groups = new Map<string, ForwardGroup>();
  for (const forward of forwards) {
    const group = groupOf(forward);
    const key = `${group.zone ?? ""} ${group.family}`;
    if (!groups.has(key)) groups.set(key, group);
  }
  const all = [...groups.values()];
  return [...all.filter(({ zone }) => !zone), ...all.filter(({ zone }) => zone)];
}

/** The elements that stand for the forwards of one group. */
export function forwardElements(policy: FirewallPolicy, group: ForwardGroup): ForwardElement[] {
  return (policy.forwards ?? [])
    .filter((forward) => {
      const { zone, family } = groupOf(forward);
      return zone === group.zone && family === group.family;
    })
    .flatMap((forward) => elementsOf(policy, forward, group.family));
}

const groupOf = ({ address, externalAddresses, from }: FirewallForward): ForwardGroup => ({
  ...(externalAddresses ? {} : { zone: from }),
  family: address.includes(":") ? 6 : 4,
});

/** The fields of a key, or their types, in the order in which elements are written. */
export function keyFields(
  { zone, family }: ForwardGroup,
  shape: Shape,
): { fields: string; types: string } {
  const { ip, type } = IP[family];
  const parts: (readonly [field: string, type: string])[] = [
    ...(shape === Shape.Allowed ? [[`${ip} saddr`, type] as const] : []),
    ...(zone ? [] : [[`${ip} daddr`, type] as const]),
    ["meta l4proto", "inet_proto"],
    ["th dport", "inet_service"],
  ];
  return {
    fields: parts.map(([field]) => field).join(" . "),
    types: parts.map(([, one]) => one).join(" . "),
  };
}

function elementsOf(
  { sets = [] }: FirewallPolicy,
  forward: FirewallForward,
  family: Family,
): ForwardElement[] {
  const { port, lastPort = port, targetPort = port, externalAddresses, allow } = forward;
  const address = canonical(forward.address);
  const sources = allow
    ? prefixesOf(
        allow.flatMap((one) => (isSetName(one) ? membersOf(sets, one) : [one])),
        family,
      ).map((prefix) => `${formatPrefix(prefix)} . `)
    : [""];
  const externals = externalAddresses?.map((one) => `${canonical(one)} . `) ?? [""];
  // nft maps a range to a range only where the ports stay; others are written out.
  const keepsPort = lastPort > port && targetPort === port;
  const ranges: PortRange[] = keepsPort
    ? [{ from: port, to: lastPort }]
    : Array.from({ length: lastPort - port + 1 }, (_, i) => ({ from: port + i, to: port + i }));
  const shape = allow ? Shape.Allowed : keepsPort ? Shape.Range : Shape.Exact;
  return wire(forward.protocol).flatMap((protocol) =>
    ranges.flatMap((range) => {
      const target = keepsPort ? address : `${address} . ${targetPort + range.from - port}`;
      return externals.flatMap((external) =>
        sources.map((source) => ({
          forward,
          shape,
          key: `${source}${external}${protocol} . ${formatPorts(range)}`,
          target,
          keepsPort,
        })),
      );
    }),
  );
}

/** Whether anything is forwarded in a family. */
export function forwardedFamilies(policy: FirewallPolicy): Family[] {
  const found = new Set(policy.forwards?.map(({ address }) => address.includes(":")));
  return FAMILIES.filter((family) => found.has(family === 6));
}

/** Every address in its one spelling; IPv4 has no other. */
function canonical(text: string): string {
  const prefix = text.includes(":") ? parsePrefix(text) : undefined;
  return prefix ? formatPrefix(prefix) : text;
}
