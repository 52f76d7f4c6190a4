import { contains, type Cidr } from "./cidr";
import { type Issues, issue, quote } from "./issues";
import { macIssues, sameMacIssues } from "./mac";
import { interfaceNameIssues } from "./names";
import type { FirewallPolicy } from "./policy";
import { declaredNames, interfaceZones, rateIssues, unknownZone } from "./policy-name-issues";
import { prefixListIssues } from "./policy-prefix-issues";
import { formatPrefix, parsePrefix } from "./policy-resolve";

/** Every reason why guests could not be told apart, or would be silenced. */
export function guestIssues(policy: FirewallPolicy): Issues {
  const { guests = [], management } = policy;
  return [
    ...declaredNames("guests", guests),
    ...guests.flatMap((guest, i) => [
      ...interfaceNameIssues(`guests[${i}].interface`, guest.interface),
      ...(guest.interface === management.interface
        ? issue(
            `guests[${i}].interface`,
            `${quote(guest.interface)} is the management interface`,
            "an interface with guests only",
          )
        : []),
      ...macIssues(`guests[${i}].mac`, guest.mac),
      ...prefixListIssues(`guests[${i}].addresses`, guest.addresses),
    ]),
    ...sameMacIssues(guests.map(({ mac }, i) => ({ path: `guests[${i}].mac`, mac }))),
    ...sharedAddresses(policy),
  ];
}

/** Every reason why a zone's connection attempts could not be counted. */
export function synProtectionIssues(policy: FirewallPolicy): Issues {
  const { synProtection = [] } = policy;
  const names = interfaceZones(policy);
  return synProtection.flatMap(({ zone, ratePerSource }, i) => {
    const first = synProtection.findIndex((other) => other.zone === zone);
    return [
      ...unknownZone(`synProtection[${i}].zone`, zone, names),
      ...(first < i
        ? issue(
            `synProtection[${i}].zone`,
            `${quote(zone)} is already protected by synProtection[${first}]`,
            "one protection",
          )
        : []),
      ...rateIssues(`synProtection[${i}].ratePerSource`, ratePerSource),
    ];
  });
}

interface Owned {
  readonly path: string;
  readonly guest: string;
  readonly prefix: Cidr;
}

function sharedAddresses({ guests = [] }: FirewallPolicy): Issues {
  const all = guests.flatMap((guest, i) =>
    guest.addresses.flatMap((text, j): Owned[] => {
      const prefix = parsePrefix(text);
      return prefix ? [{ path: `guests[${i}].addresses[${j}]`, guest: guest.name, prefix }] : [];
    }),
  );
  // Networks nest or are apart: in this order one lies in another only if that came before it.
  const sorted = [...all].sort((a, b) =>
    a.prefix.family !== b.prefix.family
      ? a.prefix.family - b.prefix.family
      : a.prefix.address === b.prefix.address
        ? a.prefix.prefix - b.prefix.prefix
        : a.prefix.address < b.prefix.address
          ? -1
          : 1,
  );
  let widest: Owned | undefined;
  return sorted.flatMap((one) => {
    if (!widest || !contains(widest.prefix, one.prefix.family, one.prefix.address)) {
      widest = one;
      return [];
    }
    return issue(
      one.path,
      `${formatPrefix(one.prefix)} belongs to guest ${quote(widest.guest)} too (${widest.path})`,
      "addresses of its own",
    );
  });
}
