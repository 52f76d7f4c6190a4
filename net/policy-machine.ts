/** The way in for the administrator: accepted before any other rule is looked at. */
export interface FirewallManagement {
  /** Interface over which the machine is administered. */
  interface: string;
  /**
   * TCP ports.
   * @default [22]
   */
  ports?: number[];
  /**
   * Networks the administrator comes from.
   * @default any address on the interface
   */
  sources?: string[];
  /**
   * Whether the machine is a Proxmox VE node: its GUI, consoles, migration and cluster are guarded.
   * @default false
   */
  node?: boolean;
  /**
   * Whether the interface is the way out for other zones too, as on a server with one address.
   * @default false
   */
  uplink?: boolean;
}

/** An address of the machine itself. */
export interface FirewallAddress {
  /** Interface that has it. */
  interface: string;
  /** Address with prefix, such as `192.168.100.1/24`. */
  address: string;
}

/** Where the machine sends packets for networks it is not in. */
export interface FirewallRoute {
  /** Network, or `0.0.0.0/0` and `::/0` for all others. */
  destination: string;
  /** Interface they leave through. */
  interface: string;
  /**
   * Address of the next router.
   * @default the destination itself is on the link
   */
  gateway?: string;
}
