import type { FirewallPolicy } from "../components";
import { formatAddress, parseCidr } from "../net/cidr";
import { hostRoute } from "../net/routed-guest";
import { asked, management, UPLINK } from "./host-network";
import type { RoutedConfig } from "./routed-guests-config";
import { GUESTS, routedNetwork } from "./routed-guests-network";

/** What the host lets through: guests everything, and nobody in but where `allow` says so. */
export function policy(config: RoutedConfig): FirewallPolicy {
  const { node, uplinks, routed, allow } = config;
  const guests = routedNetwork(config).guests.map(({ address, address6, ...guest }) => ({
    ...guest,
    addresses: address6 === undefined ? [address] : [address, address6],
  }));
  const taps = guests.map((guest) => guest.interface);
  return {
    management: management(node.port, uplinks),
    zones: [
      { name: UPLINK, interfaces: uplinks.map(({ name }) => name) },
      { name: GUESTS, interfaces: taps },
    ],
    flows: [
      ...asked(GUESTS),
      { from: GUESTS, to: UPLINK },
      { from: GUESTS, to: GUESTS },
      { from: UPLINK, to: "router", protocol: "icmp", rate: 10 },
      ...allow,
    ],
    guests,
    addresses: [
      ...uplinks.flatMap(({ name, addresses }) =>
        addresses.map((address) => ({ interface: name, address })),
      ),
      ...routed.addresses.map((text) => ({ interface: taps[0] ?? "", address: alone(text) })),
    ],
  };
}

/** The network of nothing but an address, whatever prefix that has. */
function alone(text: string): string {
  const cidr = parseCidr(text);
  return cidr ? hostRoute(formatAddress(cidr.family, cidr.address)) : text;
}
