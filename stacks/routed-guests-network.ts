import type { RoutedNetwork, TapGuest } from "../components";
import { allocatePlan } from "../net/address-allocation";
import type { AddressPlan, ForeignNetwork } from "../net/address-plan";
import { contains, parseCidr } from "../net/cidr";
import { nodeNetwork } from "./host-network";
import type { RoutedConfig } from "./routed-guests-config";

/** The zone of all guests; also the name of their network. */
export const GUESTS = "guests";

/** Every address that the configuration names. */
export const addressPlan = (config: RoutedConfig): AddressPlan => ({
  networks: [
    {
      name: GUESTS,
      addresses: config.routed.addresses,
      routed: true,
      guests: config.guests.map(({ name, vmId, mac, address, address6 }) => ({
        name,
        vmId,
        mac,
        ...(address !== undefined && { address }),
        ...(address6 !== undefined && { address6 }),
      })),
    },
  ],
  uplinks: config.uplinks.map(({ name, addresses }) => ({ name, addresses })),
  foreign: [...config.foreign, ...beside(config)],
});

/** What the node is reached by, unless that is in an uplink's network: guests may be there too. */
const beside = ({ node, uplinks }: RoutedConfig): ForeignNetwork[] =>
  nodeNetwork(node.address).filter(({ network }) => {
    const cidr = parseCidr(network);
    const own = uplinks.flatMap(({ addresses }) => addresses.map(parseCidr));
    return !own.some((one) => one && cidr && contains(one, cidr.family, cidr.address));
  });

/** The guests, those without an address given the one that their id stands for. */
export function routedNetwork(config: RoutedConfig): RoutedNetwork {
  const { uplinks, routed, guests } = config;
  const planned = allocatePlan(addressPlan(config)).networks?.[0]?.guests ?? [];
  return {
    networkName: GUESTS,
    bridgeName: routed.bridge,
    addresses: routed.addresses,
    guests: guests.map(({ name, vmId, nic, container, mac }, i): TapGuest => {
      const { address = "", address6 } = planned[i] ?? {};
      return {
        name,
        interface: `${container ? "veth" : "tap"}${vmId}i${nic}`,
        mac,
        address,
        ...(address6 !== undefined && { address6 }),
      };
    }),
    uplinks: uplinks.map(({ name, proxy }) => ({ name, proxy })),
    leaseTime: routed.leaseTime,
    domain: routed.domain,
    upstreams: routed.nameServers,
  };
}
