import { type Issues, issue, quote } from "./issues";
import { interfaceNameIssues, nameIssues } from "./names";
import { type FirewallPolicy, type FirewallZone, ROUTER } from "./policy";
import { prefixListIssues } from "./policy-prefix-issues";
import { overlaps } from "./cidr";
import { parsePrefix } from "./policy-resolve";

/** Every reason why packets could not be told apart by zone. */
export function zoneIssues({ zones }: FirewallPolicy): Issues {
  const owners = new Map<string, string>();
  return [
    ...zones.flatMap(({ name, interfaces, addresses }, i) => [
      ...nameIssues(`zones[${i}].name`, name),
      ...(name === ROUTER
        ? issue(`zones[${i}].name`, `${quote(name)} is reserved`, "another name")
        : []),
      ...(zones.findIndex((other) => other.name === name) < i
        ? issue(`zones[${i}].name`, `${quote(name)} is declared twice`, "one zone of that name")
        : []),
      ...(interfaces === undefined && addresses === undefined
        ? issue(`zones[${i}]`, "neither interfaces nor addresses", "at least one of them")
        : []),
      ...(interfaces?.length === 0
        ? issue(`zones[${i}].interfaces`, "empty", "at least one interface name")
        : []),
      ...prefixListIssues(`zones[${i}].addresses`, addresses),
      ...(interfaces ?? []).flatMap((device, j) => {
        const path = `zones[${i}].interfaces[${j}]`;
        const issues = interfaceNameIssues(path, device);
        if (issues.length > 0 || addresses) return issues;
        const owner = owners.get(device);
        owners.set(device, name);
        return owner === undefined
          ? []
          : issue(path, `${quote(device)} is already in zone ${quote(owner)}`, "one zone");
      }),
    ]),
    ...overlapIssues(zones),
  ];
}

/** Zones of addresses must be apart wherever both could hold one packet equally well. */
function overlapIssues(zones: readonly FirewallZone[]): Issues {
  const all = zones.flatMap((zone, i) =>
    (zone.addresses ?? []).flatMap((text, j) => {
      const prefix = parsePrefix(text);
      return prefix ? [{ zone, text, prefix, path: `zones[${i}].addresses[${j}]` }] : [];
    }),
  );
  return all.flatMap((one, i) =>
    all
      .slice(0, i)
      .filter((other) => overlaps(one.prefix, other.prefix) && compete(one.zone, other.zone))
      .map(
        (other) =>
          `${one.path}: ${one.text} overlaps ${other.path} ${other.text} of zone ${quote(other.zone.name)}; expected networks apart`,
      ),
  );
}

const compete = (one: FirewallZone, other: FirewallZone) =>
  one.interfaces === undefined
    ? other.interfaces === undefined
    : one.interfaces.some((device) => other.interfaces?.includes(device));
