import { type FirewallFlow, type FirewallForward, type FirewallPolicy, ROUTER } from "./policy";

/** The one table that is ours; nobody else's is ever touched. */
export const TABLE = "inet proxmox_router";

const STATEFUL = [
  'ct state vmap { established : accept, related : accept, invalid : drop } comment "replies"',
];
const NEIGHBOURS = [
  'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, nd-router-advert, mld-listener-query, mld-listener-report, mld2-listener-report } ip6 hoplimit { 1, 255 } accept comment "IPv6 neighbours"',
  'ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept comment "DHCPv6 replies"',
];
const REFUSE = [
  'limit rate 20/second burst 40 packets meta l4proto tcp counter reject with tcp reset comment "refused"',
  'limit rate 20/second burst 40 packets counter reject with icmpx admin-prohibited comment "refused"',
  'counter drop comment "refused silently: too many"',
];

/**
 * Render a policy as a complete nftables script.
 *
 * Loading it is atomic and repeatable: the table is replaced in one transaction. The management
 * guard stands first, rules keep the order of `flows`, and forwards live in one map, so that their
 * number does not lengthen a packet's way.
 */
export function renderRuleset(policy: FirewallPolicy): string {
  const {
    zones,
    flows,
    masquerade = [],
    forwards = [],
    block: blockedZones = [],
    management,
  } = policy;
  const devices = new Map(
    zones.map((zone) => [zone.name, set(zone.interfaces.map((name) => `"${name}"`))]),
  );
  const match = (direction: "iifname" | "oifname", zone: string) =>
    zone === ROUTER ? [] : [direction, devices.get(zone)];

  const accept = (flow: FirewallFlow) =>
    protocolMatches(flow).map((protocol) =>
      [
        ...match("iifname", flow.from),
        ...match("oifname", flow.to),
        ...protocol,
        ...(flow.rate ? [`limit rate ${flow.rate}/second burst ${flow.rate * 2} packets`] : []),
        `counter accept comment "${flow.from} -> ${flow.to}"`,
      ].join(" "),
    );

  const guard = `iifname "${management.interface}" tcp dport ${set(management.ports ?? [22])}`;
  const inbound = flows.filter((flow) => flow.to === ROUTER);
  const transit = flows.filter((flow) => flow.to !== ROUTER);
  const sources = [...new Set(forwards.map((forward) => forward.from))];
  const blocked = blockedZones.flatMap((zone) => [
    `iifname ${devices.get(zone) ?? ""} ip saddr @blocked4 counter drop comment "${zone}: blocked"`,
    `iifname ${devices.get(zone) ?? ""} ip6 saddr @blocked6 counter drop comment "${zone}: blocked"`,
  ]);

  return [
    `table ${TABLE}`,
    `delete table ${TABLE}`,
    `table ${TABLE} {`,
    ...zones.flatMap(({ name }) => [
      ...block(`counter ${counter(name, "ingress")}`, []),
      ...block(`counter ${counter(name, "egress")}`, []),
    ]),
    ...block("set blocked4", ["type ipv4_addr", "flags dynamic,timeout", "timeout 1d"]),
    ...block("set blocked6", ["type ipv6_addr", "flags dynamic,timeout", "timeout 1d"]),
    ...(forwards.length > 0 ? block("map forwards", forwardMap(policy, forwards)) : []),
    ...chain("count_in", "filter hook prerouting priority raw; policy accept", [
      ...zones.map((zone) => tally("iifname", devices.get(zone.name), zone.name, "ingress")),
    ]),
    ...chain("count_out", "filter hook postrouting priority raw; policy accept", [
      ...zones.map((zone) => tally("oifname", devices.get(zone.name), zone.name, "egress")),
    ]),
    ...chain("input", "filter hook input priority filter; policy drop", [
      `${guard} accept comment "guard: management"`,
      ...STATEFUL,
      'iif "lo" accept comment "the machine itself"',
      ...NEIGHBOURS,
      ...blocked,
      ...inbound.flatMap(accept),
      ...REFUSE,
    ]),
    ...chain("forward", "filter hook forward priority filter; policy drop", [
      ...STATEFUL,
      ...blocked,
      ...sources.map((zone) =>
        [
          ...match("iifname", zone),
          `ct status dnat counter accept comment "${zone}: declared forwards"`,
        ].join(" "),
      ),
      ...transit.flatMap(accept),
      ...REFUSE,
    ]),
    ...(forwards.length > 0
      ? chain("prerouting", "nat hook prerouting priority dstnat; policy accept", [
          `${guard} return comment "guard: management"`,
          'fib daddr type local dnat ip to iifname . meta l4proto . th dport map @forwards comment "forwards"',
        ])
      : []),
    ...(masquerade.length > 0
      ? chain("postrouting", "nat hook postrouting priority srcnat; policy accept", [
          ...masquerade.map(
            (zone) =>
              `meta nfproto ipv4 oifname ${devices.get(zone) ?? ""} masquerade comment "-> ${zone}"`,
          ),
        ])
      : []),
    "}",
    "",
  ].join("\n");
}

/** One match per rule that a flow needs: echo requests take one for each family. */
function protocolMatches({ protocol, ports }: FirewallFlow): string[][] {
  if (protocol === "icmp") {
    return [["icmp type echo-request"], ["icmpv6 type echo-request"]];
  }
  if (ports) return [[`${protocol ?? ""} dport ${set(ports)}`]];
  return [protocol ? [`meta l4proto ${protocol}`] : []];
}

function forwardMap({ zones }: FirewallPolicy, forwards: readonly FirewallForward[]): string[] {
  const interfaces = new Map(zones.map((zone) => [zone.name, zone.interfaces]));
  return [
    "type ifname . inet_proto . inet_service : ipv4_addr . inet_service",
    "elements = {",
    ...forwards.flatMap(({ name, from, protocol, port, address, targetPort = port }) =>
      (interfaces.get(from) ?? []).map(
        (device) =>
          `\t"${device}" . ${protocol} . ${port} comment "${name}" : ${address} . ${targetPort},`,
      ),
    ),
    "}",
  ];
}

const counter = (zone: string, way: "ingress" | "egress") => `${zone.replaceAll("-", "_")}_${way}`;

const tally = (
  direction: "iifname" | "oifname",
  devices: string | undefined,
  zone: string,
  way: "ingress" | "egress",
) => `${direction} ${devices ?? ""} counter name "${counter(zone, way)}" comment "${zone} ${way}"`;

const chain = (name: string, hook: string, rules: readonly string[]) =>
  block(`chain ${name}`, [`type ${hook};`, ...rules]);

const block = (head: string, lines: readonly string[]) =>
  [`${head} {`, ...lines.map((line) => `\t${line}`), "}"].map((line) => `\t${line}`);

const set = (elements: readonly (string | number)[]) => `{ ${elements.join(", ")} }`;
