import type { AddressUse } from "./address-issues";
import {
  type Cidr,
  contains,
  type Family,
  formatCidr,
  lastOf,
  parseAddress,
  parseCidr,
} from "./cidr";
import {
  type FirewallFlow,
  type FirewallManagement,
  type FirewallPolicy,
  type FirewallSet,
  Protocol,
} from "./policy";
import { type Carried, joinPorts, NODE_PORTS, SERVICES } from "./policy-services";
import type { PortRange } from "./ports";

/** Both families, in the order everything is printed. */
export const FAMILIES: readonly Family[] = [4, 6];

/** Documentation addresses are the ones that examples and labs really use. */
export const DOCUMENTATION_TOO: AddressUse = {
  uplinks: ["0.0.0.0/0", "::/0"].flatMap((text) => parseCidr(text) ?? []),
};

/** Read an address or a network; an address is a network of one. */
export function parsePrefix(text: string): Cidr | undefined {
  if (text.includes("/")) return parseCidr(text);
  const address = parseAddress(text);
  return (
    address && {
      family: address.family,
      address: address.value,
      prefix: address.family === 4 ? 32 : 128,
    }
  );
}

/** Print a network, and a network of one as the address alone. */
export function formatPrefix(cidr: Cidr): string {
  const text = formatCidr(cidr);
  return cidr.prefix === (cidr.family === 4 ? 32 : 128) ? text.slice(0, text.indexOf("/")) : text;
}

/** Whether a member of an address list names a set; every address has a dot or a colon. */
export function isSetName(text: string): boolean {
  return /^[a-z][a-z0-9-]*$/.test(text);
}

/** Sorted networks without those that lie in another: what a set with intervals takes. */
function joinPrefixes(prefixes: readonly Cidr[]): Cidr[] {
  const sorted = [...prefixes].sort((a, b) =>
    a.address === b.address ? a.prefix - b.prefix : a.address < b.address ? -1 : 1,
  );
  const joined: Cidr[] = [];
  for (const next of sorted) {
    const last = joined.at(-1);
    if (!last || lastOf(last) < next.address) joined.push(next);
  }
  return joined;
}

/** The networks of one family in a list of addresses and networks. */
export function prefixesOf(texts: readonly string[], family: Family): Cidr[] {
  const all = texts.map(parsePrefix).filter((cidr) => cidr?.family === family);
  return joinPrefixes(all as Cidr[]);
}

/** Whether one of the networks holds an address. */
export function holds(prefixes: readonly Cidr[], family: Family, value: bigint): boolean {
  return prefixes.some((prefix) => contains(prefix, family, value));
}

/** Every fixed member of a set, those of its sets included; none twice. */
export function membersOf(sets: readonly FirewallSet[], name: string): string[] {
  const byName = new Map(sets.map((set) => [set.name, set]));
  const seen = new Set<string>();
  const members: string[] = [];
  const visit = (one: string): void => {
    if (seen.has(one)) return;
    seen.add(one);
    const set = byName.get(one);
    for (const address of set?.addresses ?? []) members.push(address);
    set?.sets?.forEach(visit);
  };
  visit(name);
  return members;
}

/** What a flow carries on the wire: nothing listed means everything. */
export function carriedBy(flow: FirewallFlow): Carried[] {
  const { services = [], protocol, ports = [], portRanges = [] } = flow;
  if (protocol !== undefined) {
    const all = joinPorts([...ports.map((port) => ({ from: port, to: port })), ...portRanges]);
    return wire(protocol).map((one) =>
      all.length > 0 ? { protocol: one, ports: all } : { protocol: one },
    );
  }
  const byProtocol = new Map<Carried["protocol"], PortRange[] | undefined>();
  for (const { protocol: one, ports: list } of services.flatMap((name) => SERVICES[name] ?? [])) {
    byProtocol.set(one, list && [...(byProtocol.get(one) ?? []), ...list]);
  }
  return [...byProtocol].map(([one, list]) =>
    list ? { protocol: one, ports: joinPorts(list) } : { protocol: one },
  );
}

/** The protocols on the wire that one of ours stands for. */
export function wire(protocol: Protocol): Carried["protocol"][] {
  return protocol === Protocol.Both ? ["tcp", "udp"] : [protocol];
}

/** What the management guard lets in. */
export function guardedBy({ ports = [22], node = false }: FirewallManagement): Carried[] {
  const own: Carried = { protocol: "tcp", ports: ports.map((port) => ({ from: port, to: port })) };
  const all = [own, ...(node ? NODE_PORTS : [])];
  return (["tcp", "udp"] as const).flatMap((protocol) => {
    const list = all.filter((one) => one.protocol === protocol).flatMap((one) => one.ports ?? []);
    return list.length > 0 ? [{ protocol, ports: joinPorts(list) }] : [];
  });
}

/** The interfaces of a zone. */
export function interfacesOf({ zones }: FirewallPolicy, name: string): readonly string[] {
  return zones.find((zone) => zone.name === name)?.interfaces ?? [];
}

/** A flow with what its rules and objects are called. */
export interface NamedFlow {
  readonly flow: FirewallFlow;
  readonly id: string;
  readonly comment: string;
}

/** All flows with their names, in the order they were declared. */
export function namedFlows({ flows }: FirewallPolicy): NamedFlow[] {
  return flows.map((flow, index) => {
    const name = flow.name === undefined ? "" : ` ${flow.name}:`;
    return {
      flow,
      id: flow.name ?? `${index}`,
      comment: `flows[${index}]${name} ${flow.from} -> ${flow.to}`,
    };
  });
}
