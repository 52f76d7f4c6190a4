/** Addresses that are handed out, both ends included. */
export interface DhcpRange {
  /** First address. */
  from: string;
  /** Last address, in the same network. */
  to: string;
}

/** A host that always gets the same address. */
export interface DhcpReservation {
  /** Ethernet address of the host. */
  mac: string;
  /** IPv4 address; it may lie outside of the range. */
  address: string;
  /**
   * IPv6 address.
   * @default none
   */
  address6?: string;
  /**
   * Host name, one label.
   * @default the name that the host gives itself
   */
  name?: string;
}
