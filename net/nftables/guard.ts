import type { Family } from "../cidr";
import type { FirewallPolicy } from "../policy";
import { FAMILIES, formatPrefix, guardedBy, prefixesOf } from "../policy-resolve";
import { portsOverlap } from "../ports";
import { IP, ports, rule, set } from "./text";

const COMMENT = "guard: management";

/** The rules that let the administrator in; they stand first in each chain. */
export function guard(policy: FirewallPolicy): string[] {
  return guarded(policy, [""], "accept");
}

/** The rules that keep translations away from the administrator's way in. */
export function natGuard(policy: FirewallPolicy): string[] {
  const others = FAMILIES.map((family) => otherMachines(policy, family));
  if (others.every((list) => list.length === 0)) return guarded(policy, [""], "return");
  const reached = FAMILIES.map((family, i) => {
    const { ip, nfproto } = IP[family];
    const list = others[i] ?? [];
    return list.length > 0 ? `${ip} daddr != ${set(list)}` : nfproto;
  });
  return guarded(policy, reached, "return");
}

function guarded(policy: FirewallPolicy, reached: readonly string[], verdict: string): string[] {
  const { interface: device, sources } = policy.management;
  const origins = sources
    ? FAMILIES.flatMap((family) => {
        const prefixes = prefixesOf(sources, family).map(formatPrefix);
        return prefixes.length > 0 ? [`${IP[family].ip} saddr ${set(prefixes)}`] : [];
      })
    : [""];
  return guardedBy(policy.management).flatMap(({ protocol, ports: list = [] }) =>
    origins.flatMap((origin) =>
      reached
        .filter((one) => compatible(origin, one))
        .map((one) =>
          rule(
            [`iifname "${device}"`, origin, one, `${protocol} dport ${ports(list)}`, verdict],
            COMMENT,
          ),
        ),
    ),
  );
}

/** Addresses whose guarded ports are another machine's: there the guard would be in the way. */
function otherMachines(policy: FirewallPolicy, family: Family): string[] {
  const { forwards = [], oneToOne = [], prefixTranslations = [], management } = policy;
  const guardedPorts = guardedBy(management).flatMap((one) => one.ports ?? []);
  const all = [
    ...forwards
      .filter(({ port, lastPort = port }) =>
        guardedPorts.some((range) => portsOverlap(range, { from: port, to: lastPort })),
      )
      .flatMap(({ externalAddresses = [] }) => externalAddresses),
    ...[...oneToOne, ...prefixTranslations].map(({ external }) => external),
  ];
  return prefixesOf(all, family).map(formatPrefix);
}

const ofIPv6 = (match: string) => /\b(ip6|ipv6)\b/.test(match);

const compatible = (one: string, other: string) =>
  one === "" || other === "" || ofIPv6(one) === ofIPv6(other);

/** The rules that let the answers to the administrator out. */
export function guardAnswers({ management }: FirewallPolicy): string[] {
  return guardedBy(management).map(({ protocol, ports: list = [] }) =>
    rule(
      [`oifname "${management.interface}"`, `${protocol} sport ${ports(list)}`, "accept"],
      COMMENT,
    ),
  );
}

/** Replies to what was accepted: the fast way of nearly every packet. */
export const REPLIES = rule(
  ["ct state vmap { established : accept, related : accept }"],
  "replies",
);

/** What the kernel can not place; after everything that must pass however it is placed. */
export const INVALID = rule(["ct state invalid counter drop"], "no part of a connection");

/** What no policy may refuse, or IPv6 would fail without a trace (RFC 4890). */
export const PATH_MTU = [
  rule(
    [
      "icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem } accept",
    ],
    "path MTU and errors",
  ),
  rule(["icmp type destination-unreachable icmp code frag-needed accept"], "path MTU"),
];

/** What an IPv6 host needs from its neighbours; a hop limit of 255 proves that they are some. */
export const NEIGHBOURS = [
  rule(
    [
      "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, nd-router-advert, mld-listener-query, mld-listener-report, mld2-listener-report } ip6 hoplimit { 1, 255 } accept",
    ],
    "IPv6 neighbours",
  ),
  rule(["ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept"], "DHCPv6 replies"),
];

/** How everything undeclared ends: the sender is told, unless there are too many to tell. */
export const REFUSE = [
  rule(
    ["meta l4proto tcp limit rate 20/second burst 40 packets counter reject with tcp reset"],
    "refused",
  ),
  rule(
    [
      "meta l4proto != tcp limit rate 20/second burst 40 packets counter reject with icmpx admin-prohibited",
    ],
    "refused",
  ),
  rule(["counter drop"], "refused silently: too many"),
];
