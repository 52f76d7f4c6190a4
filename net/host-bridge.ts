import { parseCidr } from "./cidr";
import { DhcpServer } from "./dhcp";
import type { NetworkServices } from "./dnsmasq";
import { dnsmasqIssues } from "./dnsmasq-issues";
import { got, type Issues, issue } from "./issues";
import { type BridgeGuest, renderBridgeFilter } from "./bridge-filter";
import { bridgeGuestIssues } from "./bridge-guest-issues";
import { bridgePortIssues } from "./bridge-ports";
import { BridgeMode, bridgeModeIssues } from "./bridge-mode";
import { forwardDelayIssues } from "./bridge";
import { type HostUplink, isUplink } from "./host-uplink";
import { mtuIssues } from "./link-settings";
import { deriveMac, macIssues, parseMac } from "./mac";
import { networkdServicesIssues } from "./networkd-services";
import { ownAddressIssues } from "./own-address";
import { bridgeNameIssues } from "./proxmox-id";

/** What a host bridge is. */
export interface HostBridgeArgs extends HostUplink {
  /** Name of the bridge on the host: `br` and a number, after up to four letters, such as `vmbr1`. */
  bridgeName: string;
  /**
   * Devices of the host that belong to the bridge. What the host is reached by is refused.
   * @default none: the bridge joins guests and nothing else
   */
  ports?: string[];
  /**
   * Addresses of the host on the bridge with their prefix, one of each family at most.
   * @default none: the bridge is isolated
   */
  addresses?: string[];
  /**
   * What its guests reach, and who reaches them; `bridgePolicy` has the packet filter's part of it.
   * @default isolated, nat where the host has a part in it, or open where it goes out by it
   */
  mode?: BridgeMode;
  /**
   * Ethernet address of the bridge; it stays the same whatever ports come and go.
   * @default with `ports`, that of the first one; otherwise derived from the names of node and bridge
   */
  macAddress?: string;
  /**
   * Whether it looks for loops (spanning tree).
   * @default false
   */
  stp?: boolean;
  /**
   * Seconds before a new port forwards, 2 to 30 with `stp`.
   * @default 0
   */
  forwardDelay?: number;
  /**
   * Largest packet in bytes.
   * @default 1500
   */
  mtu?: number;
  /**
   * Whether its ports carry VLANs apart.
   * @default false
   */
  vlanAware?: boolean;
  /**
   * Whether guests on it reach the host and `ports` only, and not each other.
   * @default false
   */
  portIsolation?: boolean;
  /**
   * Guests that may send from their own addresses only, in ARP and neighbour discovery too.
   * @default none
   */
  guests?: BridgeGuest[];
  /**
   * DHCP and DNS for the guests, which listen on this bridge only.
   * @default none
   */
  services?: NetworkServices;
}

/** Every reason why a host bridge can not be what it is declared to be. */
export function hostBridgeIssues(args: HostBridgeArgs): Issues {
  const { bridgeName, ports = [], addresses = [], mtu, macAddress, guests = [], services } = args;
  const ipv6 = addresses.some((text) => parseCidr(text)?.family === 6);
  const own = [
    ...ownAddressIssues("addresses", addresses),
    ...([4, 6] as const).flatMap((family) =>
      addresses.filter((text) => parseCidr(text)?.family === family).length > 1
        ? issue("addresses", `more than one of IPv${family}`, "one of each family")
        : [],
    ),
  ];
  return [
    ...bridgeNameIssues("bridgeName", bridgeName),
    ...(macAddress === undefined ? [] : macIssues("macAddress", macAddress)),
    ...bridgeGuestIssues("guests", guests),
    ...forwardDelayIssues("forwardDelay", args),
    ...bridgePortIssues("ports", ports),
    ...(mtu === undefined ? [] : mtuIssues("mtu", mtu, { ipv6 })),
    ...own,
    ...bridgeModeIssues(bridgeMode(args), isAddressed(args), services !== undefined),
    // Only what has an address can answer.
    ...(services && addresses.length > 0 && own.length === 0
      ? servicesIssues(bridgeName, addresses, services)
      : []),
  ];
}

/** The mode of a host bridge. */
export const bridgeMode = (args: HostBridgeArgs): BridgeMode => {
  if (args.mode !== undefined) return args.mode;
  if (isUplink(args)) return BridgeMode.Open;
  return isAddressed(args) || args.services ? BridgeMode.Nat : BridgeMode.Isolated;
};

/** Whether the host has an address on a bridge, of its own or by a lease. */
export const isAddressed = ({ addresses = [], dhcp = false }: HostBridgeArgs): boolean =>
  addresses.length > 0 || dhcp;

/** What filters between the ports of a host bridge, as an nft script. */
export const hostBridgeFilter = (args: HostBridgeArgs): string | undefined => {
  const { bridgeName, ports = [], portIsolation = false, guests = [] } = args;
  return portIsolation || guests.length > 0
    ? renderBridgeFilter({ name: bridgeName, ports, isolation: portIsolation, guests })
    : undefined;
};

/** The Ethernet address of a host bridge, or the device that it is taken from. */
export const hostBridgeMac = (node: string, args: HostBridgeArgs): string => {
  const { bridgeName, ports = [], macAddress } = args;
  if (macAddress !== undefined) return parseMac(macAddress) ?? macAddress;
  return ports[0] ?? deriveMac(node, bridgeName);
};

function servicesIssues(name: string, addresses: string[], services: NetworkServices): Issues {
  const known = Object.values(DhcpServer);
  switch (services.server) {
    case DhcpServer.Networkd:
      return networkdServicesIssues("services", services, addresses);
    case DhcpServer.Dnsmasq:
    case undefined:
      return dnsmasqIssues("services", { ...services, name, interfaces: [name], addresses });
    default:
      return issue("services.server", got(services.server), known.join(", "));
  }
}
