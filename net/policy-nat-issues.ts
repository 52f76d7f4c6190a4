import { hostAddressIssues } from "./address-issues";
import { contains, overlaps, parseAddress, parseCidr, networkOf, formatCidr } from "./cidr";
import { type Issues, issue, quote } from "./issues";
import type { FirewallPolicy } from "./policy";
import { declaredNames, interfaceZones, unknownZone } from "./policy-name-issues";
import { externalsIn, othersIn, ownerIssues, ownersIn } from "./policy-owners";
import { prefixIssues, prefixListIssues } from "./policy-prefix-issues";
import { DOCUMENTATION_TOO, parsePrefix } from "./policy-resolve";

const FREE = "an address that nothing else has";

/** Every reason why translations contradict each other, or would cut the router off. */
export function natIssues(policy: FirewallPolicy): Issues {
  return [
    ...masqueradeIssues(policy),
    ...oneToOneIssues(policy),
    ...snatIssues(policy),
    ...prefixTranslationIssues(policy),
  ];
}

function masqueradeIssues(policy: FirewallPolicy): Issues {
  const { management, zones } = policy;
  if (management.uplink) return [];
  return (["masquerade", "masquerade6"] as const).flatMap((key) =>
    (policy[key] ?? []).flatMap((name, i) =>
      zones.find((zone) => zone.name === name)?.interfaces?.includes(management.interface)
        ? issue(
            `${key}[${i}]`,
            `zone ${quote(name)} leaves through the management interface ${management.interface}`,
            "another zone, or management.uplink: true",
          )
        : [],
    ),
  );
}

function oneToOneIssues(policy: FirewallPolicy): Issues {
  const { oneToOne = [] } = policy;
  const first = new Map<string, number>();
  const ownerOf = ownersIn(policy);
  const outsideOf = externalsIn(policy);
  return [
    ...declaredNames("oneToOne", oneToOne),
    ...oneToOne.flatMap(({ zone, external, internal }, i) => {
      const path = `oneToOne[${i}]`;
      const [outside, inside] = [parseAddress(external), parseAddress(internal)];
      const twice = (["external", "internal"] as const).flatMap((key) => {
        const text = key === "external" ? external : internal;
        const id = `${key} ${String(parseAddress(text)?.value ?? text)}`;
        const other = oneToOne[first.get(id) ?? i];
        const at = first.get(id);
        if (at === undefined) first.set(id, i);
        return at === undefined
          ? []
          : issue(
              `${path}.${key}`,
              `${text} is already translated by ${quote(other?.name)} (oneToOne[${at}])`,
              "an address of its own",
            );
      });
      return [
        ...unknownZone(`${path}.zone`, zone, interfaceZones(policy)),
        ...hostAddressIssues(`${path}.external`, external, DOCUMENTATION_TOO),
        ...hostAddressIssues(`${path}.internal`, internal, DOCUMENTATION_TOO),
        ...(outside && inside && outside.family !== inside.family
          ? issue(path, `${external} and ${internal} are of different IP families`, "one family")
          : []),
        ...ownerIssues(`${path}.external`, external, ownerOf(external), FREE),
        ...ownerIssues(
          `${path}.internal`,
          internal,
          ownerOf(internal) ?? outsideOf(internal),
          "a machine behind the router",
        ),
        ...twice,
      ];
    }),
  ];
}

function snatIssues(policy: FirewallPolicy): Issues {
  const { snat = [] } = policy;
  const ownerOf = othersIn(policy);
  return [
    ...declaredNames("snat", snat),
    ...snat.flatMap((one, i) => {
      const family = parseAddress(one.address)?.family;
      const wanted = (text: string) => parsePrefix(text)?.family === family;
      return [
        ...unknownZone(`snat[${i}].to`, one.to, interfaceZones(policy)),
        ...hostAddressIssues(`snat[${i}].address`, one.address, DOCUMENTATION_TOO),
        ...ownerIssues(`snat[${i}].address`, one.address, ownerOf(one.address), FREE),
        ...prefixListIssues(`snat[${i}].sources`, one.sources),
        ...(one.sources ?? []).flatMap((text, j) =>
          family === undefined || parsePrefix(text) === undefined || wanted(text)
            ? []
            : issue(
                `snat[${i}].sources[${j}]`,
                `${text} and ${one.address} are of different IP families`,
                "one family",
              ),
        ),
        ...snat.slice(0, i).flatMap((other, j) => {
          if (other.to !== one.to || parseAddress(other.address)?.family !== family) return [];
          const shared = sharedSource(one.sources, other.sources);
          return shared === undefined
            ? []
            : issue(
                `snat[${i}]`,
                `${shared} towards ${one.to} already takes ${other.address} by ${quote(other.name)} (snat[${j}])`,
                "sources apart",
              );
        }),
      ];
    }),
  ];
}

/** A source that both lists hold; lists beside none are the exception to the rule and fit. */
function sharedSource(one: readonly string[] | undefined, other: readonly string[] | undefined) {
  if (!one && !other) return "every source";
  return one?.find((text) =>
    other?.some((next) => {
      const [a, b] = [parsePrefix(text), parsePrefix(next)];
      return a && b && overlaps(a, b);
    }),
  );
}

function prefixTranslationIssues(policy: FirewallPolicy): Issues {
  const { prefixTranslations = [] } = policy;
  return [
    ...declaredNames("prefixTranslations", prefixTranslations),
    ...prefixTranslations.flatMap((one, i) => {
      const path = `prefixTranslations[${i}]`;
      const [inside, outside] = [parseCidr(one.internal), parseCidr(one.external)];
      return [
        ...unknownZone(`${path}.zone`, one.zone, interfaceZones(policy)),
        ...(["internal", "external"] as const).flatMap((key) =>
          parseCidr(one[key])?.family === 6
            ? prefixIssues(`${path}.${key}`, one[key])
            : issue(`${path}.${key}`, `got ${quote(one[key])}`, "an IPv6 prefix such as fd00::/64"),
        ),
        ...(inside?.family === outside?.family && inside?.prefix !== outside?.prefix
          ? issue(path, `${one.internal} and ${one.external}`, "prefixes of one length")
          : []),
        ...(policy.addresses ?? []).flatMap(({ address }, j) => {
          const own = parseCidr(address);
          return own && outside && contains(outside, own.family, own.address)
            ? issue(
                `${path}.external`,
                `${one.external} holds ${address}, the router's own (addresses[${j}])`,
                "a prefix that is only translated",
              )
            : [];
        }),
        ...prefixTranslations.slice(0, i).flatMap((other, j) =>
          (["internal", "external"] as const).flatMap((key) => {
            const [a, b] = [parseCidr(one[key]), parseCidr(other[key])];
            return a && b && overlaps(a, b)
              ? issue(
                  `${path}.${key}`,
                  `${formatCidr(networkOf(a))} overlaps that of ${quote(other.name)} (prefixTranslations[${j}])`,
                  "prefixes apart",
                )
              : [];
          }),
        ),
      ];
    }),
  ];
}
