import type { DhcpRange } from "./dhcp";

/** Where networks without an address of their own are cut from. */
export interface AddressPool {
  /** The whole, such as `10.10.0.0/16`. */
  network: string;
  /** Prefix length of each network that is cut from it, such as 24. */
  prefix: number;
}

/** A guest with an address of its own. */
export interface PlannedGuest {
  /** Name, one label of DNS. */
  name: string;
  /**
   * Id in Proxmox; where it gives no address, guest 100 gets the first free one, 101 the next.
   * @default none: a free address follows from the name
   */
  vmId?: number;
  /**
   * Ethernet address.
   * @default none
   */
  mac?: string;
  /**
   * IPv4 address.
   * @default follows from `vmId` or name, where the network has IPv4
   */
  address?: string;
  /**
   * IPv6 address.
   * @default follows from `vmId` or name, where the network has IPv6
   */
  address6?: string;
}

/** A network of guests: a bridge's, or behind one interface of a router. */
export interface PlannedNetwork {
  /** Name of the bridge or interface. */
  name: string;
  /**
   * The machine's own addresses with their prefix, such as `10.10.0.1/24`.
   * @default the first host of one network of each pool; vmbr7 gets the network of index 7
   */
  addresses?: string[];
  /**
   * Whether each guest is reached over a route of its own instead of a shared link; it may then
   * have an address from the network of an uplink.
   * @default false
   */
  routed?: boolean;
  /**
   * Whether hosts choose their own IPv6 address (SLAAC).
   * @default false
   */
  advertise?: boolean;
  /**
   * Addresses that DHCP hands out to whoever asks.
   * @default none
   */
  ranges?: DhcpRange[];
  /**
   * Guests that always have the same address.
   * @default none
   */
  guests?: PlannedGuest[];
}

/** A network in which the machine is one host among others that are not ours. */
export interface PlannedUplink {
  /** Name of the interface. */
  name: string;
  /** The machine's own addresses with their prefix. */
  addresses: string[];
  /**
   * Routers that lead on.
   * @default none
   */
  gateways?: string[];
}

/** A network that nothing of ours may touch: administration, a VPN, a route that is there. */
export interface ForeignNetwork {
  /** Whose it is. */
  name: string;
  /** The network, such as `10.99.0.0/24`. */
  network: string;
}

/** Where a port forward leads. */
export interface PlannedForward {
  /** Name of the forward. */
  name: string;
  /** Address of the machine that answers. */
  address: string;
}

/** Every address of one machine and of what is behind it. */
export interface AddressPlan {
  /**
   * Where networks without addresses are cut from: one of each family.
   * @default none
   */
  pools?: AddressPool[];
  /**
   * Networks of guests.
   * @default none
   */
  networks?: PlannedNetwork[];
  /**
   * Networks of others that the machine is in.
   * @default none
   */
  uplinks?: PlannedUplink[];
  /**
   * Networks that are to be left alone.
   * @default none
   */
  foreign?: ForeignNetwork[];
  /**
   * Port forwards.
   * @default none
   */
  forwards?: PlannedForward[];
  /**
   * Name servers that are asked.
   * @default none
   */
  nameServers?: string[];
}
