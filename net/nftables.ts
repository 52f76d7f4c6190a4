import { flowObjects } from "./nftables/flows";
import { forwardChains, forwardObjects } from "./nftables/forwards";
import { guestBridgeAccepts, guestBridges } from "./nftables/guest-bridges";
import {
  guard,
  guardAnswers,
  INVALID,
  NEIGHBOURS,
  PATH_MTU,
  REDIRECT,
  REFUSE,
  REPLIES,
} from "./nftables/guard";
import { ingress } from "./nftables/ingress";
import { forwardAccepts, postrouting, prerouting } from "./nftables/nat";
import { natMaps } from "./nftables/nat-maps";
import { gotoOrigin, gotoPair, pairChains, pairObjects } from "./nftables/pairs";
import { BLOCKED, namedSets } from "./nftables/sets";
import { baseChain, block, chain, elements, IP, rule } from "./nftables/text";
import { dispatch, zoneMatches } from "./nftables/zones";
import { type FirewallPolicy, ROUTER } from "./policy";
import { FAMILIES } from "./policy-resolve";

/** The one table that is ours; nobody else's is ever touched. */
const TABLE = "inet proxmox_router";

/**
 * Render a policy as a complete nftables script.
 *
 * Loading it is atomic and repeatable: the table is replaced in one transaction. The management
 * guard stands first wherever packets for the router pass. Zones are told apart by verdict maps and
 * forwards and guests looked up in maps and sets, so that their number does not lengthen a packet's
 * way; flows keep their order.
 */
export function renderRuleset(policy: FirewallPolicy): string {
  return [
    `table ${TABLE}`,
    `delete table ${TABLE}`,
    `table ${TABLE} {`,
    ...zoneCounters(policy),
    ...flowObjects(policy),
    ...pairObjects(policy),
    ...forwardObjects(policy),
    ...BLOCKED,
    ...namedSets(policy),
    ...natMaps(policy),
    ...tallies(policy),
    ...guestBridges(policy),
    ...ingress(policy),
    ...baseChain("input", "filter hook input priority filter; policy drop", [
      ...guard(policy),
      REPLIES,
      rule(['iif "lo" accept'], "the machine itself"),
      ...NEIGHBOURS,
      ...PATH_MTU,
      INVALID,
      ...blocked(policy),
      ...dispatch(policy, "from", (zone) => gotoPair(policy, zone, ROUTER), "goto refuse"),
      rule(["goto refuse"], "undeclared"),
    ]),
    ...baseChain("forward", "filter hook forward priority filter; policy drop", [
      ...guestBridgeAccepts(policy),
      REPLIES,
      ...PATH_MTU,
      INVALID,
      ...blocked(policy),
      ...forwardAccepts(policy),
      ...dispatch(policy, "from", (zone) => gotoOrigin(policy, zone), "goto refuse"),
      rule(["goto refuse"], "undeclared"),
    ]),
    ...output(policy),
    ...pairChains(policy),
    ...chain("refuse", REFUSE),
    ...forwardChains(policy),
    ...prerouting(policy),
    ...postrouting(policy),
    "}",
    "",
  ].join("\n");
}

/** What the router itself begins is looked at only where a policy speaks of it. */
function output(policy: FirewallPolicy): string[] {
  const { flows, defaults = [] } = policy;
  if (![...flows, ...defaults].some(({ from }) => from === ROUTER)) return [];
  return baseChain("output", "filter hook output priority filter; policy accept", [
    ...guardAnswers(policy),
    REPLIES,
    rule(['oif "lo" accept'], "the machine itself"),
    ...NEIGHBOURS,
    REDIRECT,
    ...PATH_MTU,
    ...dispatch(policy, "to", (zone) => gotoPair(policy, ROUTER, zone), "accept"),
  ]);
}

function blocked(policy: FirewallPolicy): string[] {
  return (policy.block ?? []).flatMap((zone) =>
    zoneMatches(policy, zone, "from").flatMap((match) =>
      FAMILIES.filter((family) => (match.family ?? family) === family).map((family) =>
        rule(
          [match.text, `${IP[family].ip} saddr @blocked${family} counter drop`],
          `${zone}: blocked`,
        ),
      ),
    ),
  );
}

/** What zones of interfaces receive and send; the others have no counter of their own. */
const counted = ({ zones }: FirewallPolicy) => zones.filter((zone) => !zone.addresses);

const counter = (zone: string, way: string) => `${zone.replaceAll("-", "_")}_${way}`;

function zoneCounters(policy: FirewallPolicy): string[] {
  return counted(policy).flatMap(({ name }) => [
    ...block(`counter ${counter(name, "ingress")}`, []),
    ...block(`counter ${counter(name, "egress")}`, []),
  ]);
}

function tallies(policy: FirewallPolicy): string[] {
  const map = (way: "ingress" | "egress") =>
    elements(
      `map ${way}_counters`,
      ["type ifname : counter"],
      counted(policy).flatMap(({ name, interfaces = [] }) =>
        interfaces.map((device) => `"${device}" : "${counter(name, way)}"`),
      ),
    );
  const tally = (key: string, way: "ingress" | "egress") =>
    rule([`counter name ${key} map @${way}_counters`], `${way} by zone`);
  if (counted(policy).length === 0) return [];
  return [
    ...map("ingress"),
    ...map("egress"),
    ...baseChain("count_in", "filter hook prerouting priority raw; policy accept", [
      tally("iifname", "ingress"),
    ]),
    ...baseChain("count_out", "filter hook postrouting priority raw; policy accept", [
      tally("oifname", "egress"),
    ]),
  ];
}
