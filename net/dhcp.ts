/** The program that hands out the addresses of a network. */
export const DhcpServer = { Dnsmasq: "dnsmasq", Networkd: "networkd" } as const;
/** The program that hands out the addresses of a network. */
export type DhcpServer = (typeof DhcpServer)[keyof typeof DhcpServer];

/** Addresses that are handed out, both ends included. */
export interface DhcpRange {
  /** First address. */
  from: string;
  /** Last address, in the same network. */
  to: string;
}

/** A host that always gets the same IPv4 address. */
export interface FixedLease {
  /** Ethernet address of the host. */
  mac: string;
  /** IPv4 address, in the server's network; it may lie in the range or outside of it. */
  address: string;
  /**
   * Host name, one label; systemd-networkd does not hand it out.
   * @default the name that the host gives itself
   */
  name?: string;
}

/** A host that always gets the same address of each family. */
export interface DhcpReservation extends FixedLease {
  /**
   * IPv6 address.
   * @default none
   */
  address6?: string;
}
