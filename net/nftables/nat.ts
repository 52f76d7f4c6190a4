import type { Family } from "../cidr";
import type { FirewallPolicy } from "../policy";
import { FAMILIES, interfacesOf } from "../policy-resolve";
import { forwardedFamilies } from "./forward-keys";
import { forwardJumps } from "./forwards";
import { natGuard } from "./guard";
import { canonical, familyOf } from "./nat-maps";
import { baseChain, devices, IP, rule, set } from "./text";
import { zoneMatches } from "./zones";

/**
 * Destinations that are exchanged as packets come in.
 *
 * The chain is there even when nothing is: without any, the kernel would stop translating the
 * connections of the ruleset before.
 */
export function prerouting(policy: FirewallPolicy): string[] {
  return baseChain("prerouting", "nat hook prerouting priority dstnat; policy accept", [
    ...natGuard(policy),
    ...incoming(policy),
    ...forwardJumps(policy),
  ]);
}

/** Sources that are exchanged as packets go out; whatever fits first, decides. */
export function postrouting(policy: FirewallPolicy): string[] {
  const { masquerade = [], masquerade6 = [], keepAddresses = [] } = policy;
  return baseChain("postrouting", "nat hook postrouting priority srcnat; policy accept", [
    ...hairpin(policy),
    ...outgoing(policy),
    ...keepAddresses.flatMap((zone) =>
      zoneMatches(policy, zone, "from").map(({ text }) =>
        rule([text, "accept"], `${zone} as it is`),
      ),
    ),
    ...[[4, masquerade] as const, [6, masquerade6] as const].flatMap(([family, zones]) =>
      zones.flatMap((zone) =>
        zoneMatches(policy, zone, "to")
          .filter((match) => (match.family ?? family) === family)
          .map(({ text }) => rule([IP[family].nfproto, text, "masquerade"], `-> ${zone}`)),
      ),
    ),
  ]);
}

/** The rules that let declared forwards through: what other translations reach is up to flows. */
export function forwardAccepts(policy: FirewallPolicy): string[] {
  return forwardedFamilies(policy).map((family) => {
    const { ip, nfproto } = IP[family];
    const others = isTranslated(policy, family)
      ? `ct original ${ip} daddr != @translated${family}`
      : "";
    return rule([nfproto, "ct status dnat", others, "counter accept"], "declared forwards");
  });
}

const isTranslated = ({ oneToOne = [], prefixTranslations = [] }: FirewallPolicy, family: Family) =>
  oneToOne.some(({ external }) => familyOf(external) === family) ||
  (family === 6 && prefixTranslations.length > 0);

function incoming(policy: FirewallPolicy): string[] {
  const { oneToOne = [], prefixTranslations = [] } = policy;
  return [
    ...FAMILIES.filter((family) =>
      oneToOne.some(({ external }) => familyOf(external) === family),
    ).flatMap((family) => {
      const { ip } = IP[family];
      return [
        rule([`counter name ${ip} daddr map @one_to_one${family}_counts`], "one-to-one, counted"),
        rule([`dnat ${ip} to ${ip} daddr map @one_to_one${family}_in`], "one-to-one"),
      ];
    }),
    ...(prefixTranslations.length > 0
      ? [
          rule(
            [
              `dnat ip6 prefix to ip6 daddr map ${set(
                prefixTranslations.map(
                  (one) => `${canonical(one.external)} : ${canonical(one.internal)}`,
                ),
              )}`,
            ],
            "prefix translations",
          ),
        ]
      : []),
  ];
}

function outgoing(policy: FirewallPolicy): string[] {
  const { oneToOne = [], snat = [], prefixTranslations = [] } = policy;
  return [
    ...FAMILIES.flatMap((family) => {
      const { ip } = IP[family];
      const fixed = snat.filter(({ address }) => familyOf(address) === family);
      const map = (key: string, name: string, comment: string) =>
        rule([`snat ${ip} to ${key} map @${name}`], comment);
      return [
        ...(oneToOne.some(({ external }) => familyOf(external) === family)
          ? [map(`oifname . ${ip} saddr`, `one_to_one${family}_out`, "one-to-one")]
          : []),
        ...(fixed.some((one) => one.sources)
          ? [map(`oifname . ${ip} saddr`, `snat${family}_sources`, "fixed sources")]
          : []),
        ...(fixed.some((one) => !one.sources)
          ? [map("oifname", `snat${family}`, "fixed source")]
          : []),
      ];
    }),
    ...prefixTranslations.map(({ name, zone, internal, external }, index) =>
      rule(
        [
          `oifname ${devices(interfacesOf(policy, zone))} ip6 saddr ${canonical(internal)}`,
          `snat ip6 prefix to ip6 saddr map { ${canonical(internal)} : ${canonical(external)} }`,
        ],
        `prefixTranslations[${index}] ${name}`,
      ),
    ),
  ];
}

/** Client and server on one link: unless the router steps in between, answers pass it by. */
function hairpin(policy: FirewallPolicy): string[] {
  const { forwards = [], oneToOne = [], zones } = policy;
  if (forwards.length + oneToOne.length === 0) return [];
  const links = [...new Set(zones.flatMap((zone) => zone.interfaces ?? []))];
  return [
    rule(
      [
        `iifname . oifname ${set(links.map((link) => `"${link}" . "${link}"`))}`,
        "ct status dnat masquerade",
      ],
      "hairpin: answers come back this way",
    ),
  ];
}
