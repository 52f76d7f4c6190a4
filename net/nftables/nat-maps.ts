import type { Family } from "../cidr";
import type { FirewallPolicy } from "../policy";
import { FAMILIES, formatPrefix, interfacesOf, parsePrefix, prefixesOf } from "../policy-resolve";
import { block, elements, IP } from "./text";

/** The maps of one-to-one, fixed and prefix translations, and the counters of the first. */
export function natMaps(policy: FirewallPolicy): string[] {
  const { oneToOne = [], snat = [], prefixTranslations = [] } = policy;
  return [
    ...oneToOne.flatMap(({ name }) => block(`counter one_to_one_${name}`, [])),
    ...FAMILIES.flatMap((family) => {
      const { type } = IP[family];
      const hosts = oneToOne.filter(({ external }) => familyOf(external) === family);
      const fixed = snat.filter(({ address }) => familyOf(address) === family);
      const ports = (zone: string) => interfacesOf(policy, zone).map((device) => `"${device}"`);
      return [
        ...elements(
          `map one_to_one${family}_counts`,
          [`type ${type} : counter`],
          hosts.map((one) => `${canonical(one.external)} : "one_to_one_${one.name}"`),
        ),
        ...elements(
          `map one_to_one${family}_in`,
          [`type ${type} : ${type}`],
          hosts.map(
            (one) =>
              `${canonical(one.external)} comment "${one.name}" : ${canonical(one.internal)}`,
          ),
        ),
        ...elements(
          `map one_to_one${family}_out`,
          [`type ifname . ${type} : ${type}`],
          hosts.flatMap((one) =>
            ports(one.zone).map(
              (port) =>
                `${port} . ${canonical(one.internal)} comment "${one.name}" : ${canonical(one.external)}`,
            ),
          ),
        ),
        ...elements(
          `map snat${family}_sources`,
          [`type ifname . ${type} : ${type}`, "flags interval"],
          fixed.flatMap((one) =>
            ports(one.to).flatMap((port) =>
              prefixesOf(one.sources ?? [], family).map(
                (prefix) =>
                  `${port} . ${formatPrefix(prefix)} comment "${one.name}" : ${canonical(one.address)}`,
              ),
            ),
          ),
        ),
        ...elements(
          `map snat${family}`,
          [`type ifname : ${type}`],
          fixed
            .filter((one) => !one.sources)
            .flatMap((one) =>
              ports(one.to).map(
                (port) => `${port} comment "${one.name}" : ${canonical(one.address)}`,
              ),
            ),
        ),
        ...elements(
          `set translated${family}`,
          [`type ${type}`, "flags interval"],
          prefixesOf(
            [
              ...hosts.map(({ external }) => external),
              ...(family === 6 ? prefixTranslations.map(({ external }) => external) : []),
            ],
            family,
          ).map(formatPrefix),
        ),
      ];
    }),
  ];
}

/** The family of an address or a network. */
export function familyOf(text: string): Family | undefined {
  return parsePrefix(text)?.family;
}

/** An address or a network in its one spelling. */
export function canonical(text: string): string {
  const prefix = parsePrefix(text);
  return prefix ? formatPrefix(prefix) : text;
}
