import type { Family } from "../cidr";
import type { FirewallFlow, FirewallPolicy, Verdict } from "../policy";
import {
  carriedBy,
  FAMILIES,
  formatPrefix,
  isSetName,
  membersOf,
  type NamedFlow,
  namedFlows,
  prefixesOf,
} from "../policy-resolve";
import { block, IP, logRule, ports, rate, rule, set } from "./text";
import type { Match } from "./zones";

/** What `verdict` is in a chain: refusals all end in one place. */
export function verdictOf(verdict: Verdict): string {
  return verdict === "reject" ? "goto refuse" : verdict;
}

/** The counters, limits and tables of sources that flows refer to. */
export function flowObjects(policy: FirewallPolicy): string[] {
  return namedFlows(policy).flatMap(({ flow, id, comment }) => [
    ...block(`counter flow_${id}`, [`comment "${comment}"`]),
    ...(flow.rate ? block(`limit flow_${id}`, [rate(flow.rate)]) : []),
    ...(flow.ratePerSource
      ? FAMILIES.flatMap((family) =>
          block(`set sources_${id}_${family}`, [
            `type ${IP[family].type}`,
            "size 65535",
            "flags dynamic,timeout",
            "timeout 1m",
          ]),
        )
      : []),
  ]);
}

/** The rules of one flow: as few as families, protocols and sets allow. */
export function flowRules(policy: FirewallPolicy, { flow, id, comment }: NamedFlow): string[] {
  const matches = combine(
    combine(sides(policy, "saddr", flow.sources), sides(policy, "daddr", flow.destinations)),
    protocols(flow),
  );
  const perFamily = flow.ratePerSource !== undefined || flow.remember !== undefined;
  return matches
    .flatMap((match) =>
      perFamily && !match.family ? FAMILIES.map((family) => ({ ...match, family })) : [match],
    )
    .flatMap(({ family, text }) => [
      ...(flow.log ? [logRule(text, comment)] : []),
      rule(
        [
          text,
          flow.rate ? `limit name "flow_${id}"` : "",
          ...(family ? perSource(flow, id, family) : []),
          `counter name "flow_${id}" ${verdictOf(flow.verdict ?? "accept")}`,
        ],
        comment,
      ),
    ]);
}

const perSource = ({ ratePerSource, remember }: FirewallFlow, id: string, family: Family) => {
  const source = `${IP[family].ip} saddr`;
  return [
    ratePerSource
      ? `update @sources_${id}_${family} { ${source} limit ${rate(ratePerSource)} }`
      : "",
    remember ? `update @set_${remember}_${family} { ${source} }` : "",
  ];
};

/** The conditions on one side's address: the literals of each family, and each set by its name. */
function sides(
  { sets = [] }: FirewallPolicy,
  side: "saddr" | "daddr",
  list: readonly string[] | undefined,
): Match[] {
  if (!list) return [{ text: "" }];
  return FAMILIES.flatMap((family) => {
    const literals = prefixesOf(
      list.filter((one) => !isSetName(one)),
      family,
    ).map(formatPrefix);
    const named = list.filter(isSetName).filter((name) => {
      const dynamic = sets.some((one) => one.name === name && one.timeout !== undefined);
      return dynamic || prefixesOf(membersOf(sets, name), family).length > 0;
    });
    return [
      ...(literals.length > 0 ? [set(literals)] : []),
      ...named.map((name) => `@set_${name}_${family}`),
    ].map((value) => ({ family, text: `${IP[family].ip} ${side} ${value}` }));
  });
}

/** The conditions on the protocol; tcp and udp share a rule where their ports are the same. */
function protocols(flow: FirewallFlow): Match[] {
  const carried = carriedBy(flow);
  if (carried.length === 0) return [{ text: "" }];
  const [tcp, udp] = (["tcp", "udp"] as const).map((name) =>
    carried.find(({ protocol }) => protocol === name),
  );
  const shared = tcp && udp && ports(tcp.ports ?? []) === ports(udp.ports ?? []);
  return carried.flatMap(({ protocol, ports: list }): Match[] => {
    if (shared && protocol === "udp") return [];
    if (protocol === "icmp") {
      return [
        { family: 4, text: "icmp type echo-request" },
        { family: 6, text: "icmpv6 type echo-request" },
      ];
    }
    const layer4 = shared && protocol === "tcp" ? "{ tcp, udp }" : protocol;
    if (!list) return [{ text: `meta l4proto ${layer4}` }];
    return [
      layer4 === protocol
        ? { text: `${protocol} dport ${ports(list)}` }
        : { text: `meta l4proto ${layer4} th dport ${ports(list)}` },
    ];
  });
}

/** Both conditions, wherever they can hold together. */
function combine(left: readonly Match[], right: readonly Match[]): Match[] {
  return left.flatMap((one) =>
    right
      .filter((other) => !one.family || !other.family || one.family === other.family)
      .map((other) => ({
        family: one.family ?? other.family,
        text: [one.text, other.text].filter(Boolean).join(" "),
      })),
  );
}
