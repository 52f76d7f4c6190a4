import { parseMac } from "./mac";
import { type FirewallFlow, type FirewallPolicy, ROUTER, type Verdict } from "./policy";
import { carriedBy, holds, isSetName, membersOf, namedFlows, prefixesOf } from "./policy-resolve";
import { isGuarded, leavesAs, redirect } from "./simulator-nat";
import {
  addressOf,
  canonicalAddress,
  type Outcome,
  type Packet,
  type Runtime,
} from "./simulator-packet";
import { endZone, interfaceZone, ownersOf, routeTo } from "./simulator-routes";

export type { Outcome, Packet, Runtime } from "./simulator-packet";

interface Decision {
  readonly verdict: Verdict;
  readonly decidedBy: string;
  readonly counters?: readonly string[];
  readonly limited?: boolean;
}

/**
 * What a router under a valid policy does with one packet, and which declaration decides.
 *
 * Written from what the policy means, not from the rules that are rendered of it: tests send real
 * packets through the kernel and compare the two.
 */
export function simulate(policy: FirewallPolicy, packet: Packet, runtime: Runtime = {}): Outcome {
  const { state = "new" } = packet;
  const own = ownersOf(policy, packet.destination).length > 0;
  const arrival = packet.in === undefined ? "output" : own ? "input" : "forward";
  const end = (way: Outcome["way"], decision: Decision, rest: Partial<Outcome> = {}): Outcome => ({
    way,
    destination: canonicalAddress(packet.destination),
    ...(packet.port === undefined ? {} : { port: packet.port }),
    ...rest,
    verdict: decision.verdict,
    decidedBy: decision.decidedBy,
    limited: decision.limited ?? false,
    counters: [...(rest.counters ?? []), ...(decision.counters ?? [])].sort(),
  });

  const guarded = isGuarded(policy, packet);
  if (!guarded && isForged(policy, packet)) {
    return end(arrival, { verdict: "drop", decidedBy: "guests: forged sender" });
  }
  const entered = tally(policy, packet.in, "ingress");
  if (state === "established" || state === "related") {
    return end(arrival, { verdict: "accept", decidedBy: "replies" }, { counters: entered });
  }

  const translated = state === "new" ? redirect(policy, packet) : undefined;
  const { destination, port } = translated ?? packet;
  const counters = [...entered, ...(translated?.counters ?? [])];
  const rest = {
    counters,
    destination: canonicalAddress(destination),
    ...(port === undefined ? {} : { port }),
  };

  if (packet.in !== undefined && ownersOf(policy, destination).length > 0) {
    if (guarded) return end("input", { verdict: "accept", decidedBy: "management" }, rest);
    return end("input", decide(policy, packet, undefined, runtime), rest);
  }
  const out = routeTo(policy, destination);
  const way = packet.in === undefined ? "output" : "forward";
  if (out === undefined) return end(way, { verdict: "drop", decidedBy: "no route" }, rest);

  const sent = { ...packet, destination, port };
  const decision = decide(policy, sent, out, runtime, translated?.forward);
  if (decision.verdict !== "accept") return end(way, decision, { ...rest, out });
  const source = leavesAs(policy, sent, out, translated !== undefined);
  return end(way, decision, {
    ...rest,
    out,
    ...(source === undefined ? {} : { source }),
    counters: [...counters, ...tally(policy, out, "egress")],
  });
}

/** What the filter says, once it is clear where a packet goes. */
function decide(
  policy: FirewallPolicy,
  packet: Packet,
  out: string | undefined,
  runtime: Runtime,
  forwarded?: { readonly index: number; readonly forward: { name: string; rate?: number } },
): Decision {
  if (packet.state === "invalid" && packet.in !== undefined) {
    return { verdict: "drop", decidedBy: "no part of a connection" };
  }
  const from = endZone(policy, packet.in, packet.source);
  const blocked = isBlocked(policy, packet, runtime);
  if (blocked) return { verdict: "drop", decidedBy: blocked };
  if (forwarded) {
    const { index, forward } = forwarded;
    const limited = forward.rate !== undefined;
    return { verdict: "accept", decidedBy: `forwards[${index}] ${forward.name}`, limited };
  }
  const to = endZone(policy, out, packet.destination);
  const named = namedFlows(policy).find(
    ({ flow }) => flow.from === from && flow.to === to && carries(policy, flow, packet, runtime),
  );
  if (named) {
    const { flow, comment, id } = named;
    return {
      verdict: flow.verdict ?? "accept",
      decidedBy: comment,
      counters: [`flow_${id}`],
      limited: (flow.rate ?? flow.ratePerSource) !== undefined,
    };
  }
  const index = (policy.defaults ?? []).findIndex((one) => one.from === from && one.to === to);
  const fallback = policy.defaults?.[index];
  if (fallback && from !== undefined && to !== undefined) {
    return {
      verdict: fallback.verdict,
      decidedBy: `defaults[${index}] ${from} -> ${to}`,
      counters: [`default_${from}_to_${to}`],
    };
  }
  const verdict = from === ROUTER ? "accept" : "reject";
  return { verdict, decidedBy: `undeclared: ${from ?? "no zone"} -> ${to ?? "no zone"}` };
}

function carries(
  policy: FirewallPolicy,
  flow: FirewallFlow,
  packet: Packet,
  { members = {} }: Runtime,
): boolean {
  const listed = (list: readonly string[] | undefined, text: string) => {
    if (!list) return true;
    const { family, value } = addressOf(text);
    const all = list.flatMap((one) =>
      isSetName(one) ? (members[one] ?? membersOf(policy.sets ?? [], one)) : [one],
    );
    return holds(prefixesOf(all, family), family, value);
  };
  const carried = carriedBy(flow);
  const fits =
    carried.length === 0 ||
    carried.some(
      ({ protocol, ports }) =>
        protocol === packet.protocol &&
        (ports === undefined ||
          ports.some(({ from, to }) => from <= (packet.port ?? 0) && (packet.port ?? 0) <= to)),
    );
  return (
    fits && listed(flow.sources, packet.source) && listed(flow.destinations, packet.destination)
  );
}

function isBlocked(policy: FirewallPolicy, packet: Packet, { blocked = [] }: Runtime) {
  if (packet.in === undefined) return undefined;
  const device = packet.in;
  const { family, value } = addressOf(packet.source);
  if (!holds(prefixesOf(blocked, family), family, value)) return undefined;
  const zone = policy.zones.find(
    ({ name, interfaces, addresses }) =>
      policy.block?.includes(name) &&
      (interfaces?.includes(device) ?? true) &&
      (addresses === undefined || holds(prefixesOf(addresses, family), family, value)),
  );
  return zone && `block: ${zone.name}`;
}

function isForged({ guests = [] }: FirewallPolicy, packet: Packet): boolean {
  if (!guests.some((guest) => guest.interface === packet.in)) return false;
  const { family, value } = addressOf(packet.source);
  const mac = parseMac(packet.mac ?? "");
  const guest = guests.find((one) => one.interface === packet.in && parseMac(one.mac) === mac);
  if (!guest) return true;
  const linkLocal = family === 6 && value >> 118n === 0x3fan;
  return !linkLocal && !holds(prefixesOf(guest.addresses, family), family, value);
}

const tally = (policy: FirewallPolicy, device: string | undefined, way: "ingress" | "egress") => {
  const zone = device === undefined ? undefined : interfaceZone(policy, device);
  return zone === undefined ? [] : [`${zone.replaceAll("-", "_")}_${way}`];
};
