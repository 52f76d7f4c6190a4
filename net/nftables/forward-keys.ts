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
  readonly family: Family;
  readonly shape: Shape;
  readonly key: string;
  /** Address, and port unless it stays as it is. */
  readonly target: string;
  readonly keepsPort: boolean;
}

/** The forwards that one chain looks up: those of a zone, or of addresses of their own. */
export interface ForwardClass {
  /** Zone, or nothing for forwards of external addresses. */
  readonly zone?: string;
  readonly family: Family;
  readonly elements: readonly ForwardElement[];
}

/** All forwards, by how they are found; those of external addresses are looked up first. */
export function forwardClasses(policy: FirewallPolicy): ForwardClass[] {
  const classes = new Map<string, { zone?: string; family: Family; elements: ForwardElement[] }>();
  for (const forward of policy.forwards ?? []) {
    const zone = forward.externalAddresses ? undefined : forward.from;
    const family = parsePrefix(forward.address)?.family ?? 4;
    const key = `${zone ?? ""} ${family}`;
    const known = classes.get(key) ?? { ...(zone ? { zone } : {}), family, elements: [] };
    classes.set(key, known);
    for (const element of elementsOf(policy, forward, family)) known.elements.push(element);
  }
  const all = [...classes.values()];
  return [...all.filter(({ zone }) => !zone), ...all.filter(({ zone }) => zone)];
}

/** The fields of a key, or their types, in the order in which elements are written. */
export function keyFields(
  { zone, family }: ForwardClass,
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
          family,
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
  const found = new Set(policy.forwards?.map(({ address }) => parsePrefix(address)?.family));
  return FAMILIES.filter((family) => found.has(family));
}

const canonical = (text: string) => {
  const prefix = parsePrefix(text);
  return prefix ? formatPrefix(prefix) : text;
};
