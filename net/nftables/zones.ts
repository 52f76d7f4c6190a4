import type { Family } from "../cidr";
import type { FirewallPolicy, FirewallZone } from "../policy";
import { FAMILIES, formatPrefix, prefixesOf } from "../policy-resolve";
import { devices, IP, rule, set } from "./text";

/** Whether zones are looked at by where packets come from or by where they go. */
export type Way = "from" | "to";

const DEVICE = { from: "iifname", to: "oifname" } as const;
const ADDRESS = { from: "saddr", to: "daddr" } as const;

/** A condition, and the family it is limited to. */
export interface Match {
  readonly family?: Family;
  readonly text: string;
}

/** The conditions under which a packet is of a zone; it is when one of them holds. */
export function zoneMatches(policy: FirewallPolicy, name: string, way: Way): Match[] {
  const zone = policy.zones.find((one) => one.name === name);
  const device = zone?.interfaces ? `${DEVICE[way]} ${devices(zone.interfaces)}` : "";
  if (!zone?.addresses) return [{ text: device }];
  return FAMILIES.flatMap((family) => {
    const prefixes = prefixesOf(zone.addresses ?? [], family).map(formatPrefix);
    const address = `${IP[family].ip} ${ADDRESS[way]} ${set(prefixes)}`;
    const text = [device, address].filter(Boolean).join(" ");
    return prefixes.length > 0 ? [{ family, text }] : [];
  });
}

/**
 * The rules that send a packet the way of its zone, the closest description of it first.
 *
 * A zone of addresses takes its packets out of the zone of their interface also when `target` has
 * nothing for it: they then get the verdict `otherwise`.
 */
export function dispatch(
  { zones }: FirewallPolicy,
  way: Way,
  target: (zone: string) => string | undefined,
  otherwise: string,
): string[] {
  const comment = way === "from" ? "by zone of origin" : "by zone of destination";
  const vmap = (key: string, list: readonly string[]) =>
    list.length > 0 ? [rule([`${key} vmap ${set(list)}`], comment)] : [];
  const verdict = ({ name }: FirewallZone) => target(name) ?? otherwise;
  const prefixes = ({ addresses = [] }: FirewallZone, family: Family) =>
    prefixesOf(addresses, family).map(formatPrefix);

  return [
    ...FAMILIES.flatMap((family) =>
      vmap(
        `${DEVICE[way]} . ${IP[family].ip} ${ADDRESS[way]}`,
        zones
          .filter((zone) => zone.interfaces && zone.addresses)
          .flatMap((zone) =>
            (zone.interfaces ?? []).flatMap((device) =>
              prefixes(zone, family).map((prefix) => `"${device}" . ${prefix} : ${verdict(zone)}`),
            ),
          ),
      ),
    ),
    ...FAMILIES.flatMap((family) =>
      vmap(
        `${IP[family].ip} ${ADDRESS[way]}`,
        zones
          .filter((zone) => !zone.interfaces)
          .flatMap((zone) =>
            prefixes(zone, family).map((prefix) => `${prefix} : ${verdict(zone)}`),
          ),
      ),
    ),
    ...vmap(
      DEVICE[way],
      zones
        .filter((zone) => !zone.addresses && target(zone.name) !== undefined)
        .flatMap((zone) =>
          (zone.interfaces ?? []).map((device) => `"${device}" : ${verdict(zone)}`),
        ),
    ),
  ];
}
