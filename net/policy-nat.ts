import type { Protocol } from "./policy-flows";

/**
 * Ports of the router, answered by a machine behind it.
 *
 * They are reached from every zone, and the allow list holds in every zone.
 */
export interface FirewallForward {
  /** Name for messages, rule comments and the counter: lower case letters, digits and `-`. */
  name: string;
  /** Zone on whose side the router's address is that is forwarded. */
  from: string;
  /** tcp, udp or both. */
  protocol: Protocol;
  /** Port on the router, the first of a range. */
  port: number;
  /**
   * Last port of the range on the router.
   * @default one port only
   */
  lastPort?: number;
  /** Address of the machine that answers, of the external addresses' family. */
  address: string;
  /**
   * Port on that machine, the first of a range.
   * @default the same as `port`
   */
  targetPort?: number;
  /**
   * Last port of the range on that machine; as many as on the router.
   * @default follows from the range on the router
   */
  lastTargetPort?: number;
  /**
   * Addresses of the router that are forwarded.
   * @default every address in the zone `from`
   */
  externalAddresses?: string[];
  /**
   * Addresses, networks or names of sets that may use the forward.
   * @default everybody
   */
  allow?: string[];
  /**
   * Most new connections a second; more are dropped.
   * @default no limit
   */
  rate?: number;
  /**
   * Whether new connections are logged, ten a second at most.
   * @default false
   */
  log?: boolean;
}

/** An external address that stands for one machine; what may pass is up to the flows. */
export interface FirewallOneToOne {
  /** Name for messages, rule comments and the counter: lower case letters, digits and `-`. */
  name: string;
  /** Zone on whose side the external address is. */
  zone: string;
  /** The external address, none of the router's own. */
  external: string;
  /** Address of the machine, of the same family. */
  internal: string;
}

/** A fixed source address for connections towards a zone. */
export interface FirewallSnat {
  /** Name for messages and rule comments: lower case letters, digits and `-`. */
  name: string;
  /** Zone the connections go to. */
  to: string;
  /** The address they take. */
  address: string;
  /**
   * Networks they come from, of the same family.
   * @default every source
   */
  sources?: string[];
}

/** Two IPv6 prefixes of one length; the rest of an address stays as it is. */
export interface FirewallPrefixTranslation {
  /** Name for messages and rule comments: lower case letters, digits and `-`. */
  name: string;
  /** Zone on whose side the external prefix is. */
  zone: string;
  /** Prefix inside, such as `fd00:10::/64`. */
  internal: string;
  /** Prefix outside, such as `2001:db8:8::/64`. */
  external: string;
}
