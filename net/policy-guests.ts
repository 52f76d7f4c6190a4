/** A guest whose packets must bear its own addresses; anything else it sends is dropped. */
export interface FirewallGuest {
  /** Name for messages and comments: lower case letters, digits and `-`. */
  name: string;
  /** Interface the guest is behind; only declared guests may send on it. */
  interface: string;
  /** Its Ethernet address. */
  mac: string;
  /** Its addresses and networks, of either family. */
  addresses: string[];
}

/** A guard against floods of TCP connection attempts. */
export interface FirewallSynProtection {
  /** Zone the attempts come from. */
  zone: string;
  /**
   * Most attempts a second from one address; more are dropped before they cost anything.
   * @default 50
   */
  ratePerSource?: number;
}
