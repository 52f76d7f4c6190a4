import type { BridgeGuest } from "../components";
import { formatCidr, networkOf, parseCidr } from "../net/cidr";
import { present } from "../net/own-address";
import type { HostConfig } from "./host-config";

type Network = HostConfig["networks"][number];

/** Guests that are held to their addresses, each with its place among those of the network. */
export const heldGuests = ({ addresses, advertise, guests }: Network) => {
  // In an advertised network guests choose their own address.
  const chosen = present(advertise ? addresses.map(parseCidr) : [])
    .filter(({ family }) => family === 6)
    .map((cidr) => formatCidr(networkOf(cidr)));
  return guests.flatMap(({ vmId, nic, mac, address, address6, routed }, index) => {
    if (vmId === undefined) return [];
    const own = [address, ...(address6 === undefined ? [] : [address6]), ...routed, ...chosen];
    return [{ index, guest: { vmId, device: nic, mac, addresses: own } satisfies BridgeGuest }];
  });
};
