import type { FirewallPolicy } from "../policy";
import { FAMILIES, formatPrefix, guardedBy, prefixesOf } from "../policy-resolve";
import { IP, ports, rule, set } from "./text";

const COMMENT = "guard: management";

/** The rules that let the administrator in; they stand first in each chain. */
export function guard(policy: FirewallPolicy): string[] {
  return guarded(policy, undefined, "accept");
}

/** The rules that keep translations away from the way in, which is any address of the router. */
export function natGuard(policy: FirewallPolicy): string[] {
  return guarded(policy, "fib daddr type local", "return");
}

function guarded({ management }: FirewallPolicy, reached: string | undefined, verdict: string) {
  const { interface: device, sources } = management;
  const origins = sources
    ? FAMILIES.flatMap((family) => {
        const prefixes = prefixesOf(sources, family).map(formatPrefix);
        return prefixes.length > 0 ? [`${IP[family].ip} saddr ${set(prefixes)}`] : [];
      })
    : [undefined];
  return guardedBy(management).flatMap(({ protocol, ports: list = [] }) =>
    origins.map((origin) =>
      rule(
        [`iifname "${device}"`, origin, `${protocol} dport ${ports(list)}`, reached, verdict],
        COMMENT,
      ),
    ),
  );
}

/** The rules that let the answers to the administrator out. */
export function guardAnswers({ management }: FirewallPolicy): string[] {
  return guardedBy(management).map(({ protocol, ports: list = [] }) =>
    rule(
      [`oifname "${management.interface}"`, `${protocol} sport ${ports(list)}`, "accept"],
      COMMENT,
    ),
  );
}

/**
 * Replies to what was accepted: the fast way of nearly every packet.
 *
 * Without a set: a packet that is on its way through a table while that is replaced finds the sets
 * of the old one empty, and would be refused.
 */
export const REPLIES = rule(["ct state established,related accept"], "replies");

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

/** What a router tells its neighbours of a shorter way; it is never told so itself. */
export const REDIRECT = rule(["icmpv6 type nd-redirect ip6 hoplimit 255 accept"], "IPv6 redirects");

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
