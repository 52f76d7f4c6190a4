import type { FirewallDefault, FirewallFlow } from "./policy-flows";
import type { FirewallGuest, FirewallSynProtection } from "./policy-guests";
import type { FirewallAddress, FirewallManagement, FirewallRoute } from "./policy-machine";
import type {
  FirewallForward,
  FirewallOneToOne,
  FirewallPrefixTranslation,
  FirewallSnat,
} from "./policy-nat";
import type { FirewallSet, FirewallZone } from "./policy-zones";

export * from "./policy-flows";
export * from "./policy-guests";
export * from "./policy-machine";
export * from "./policy-nat";
export * from "./policy-zones";

/** What a router lets through. Whatever is not declared is refused. */
export interface FirewallPolicy {
  /** The way in that no rule can close. */
  management: FirewallManagement;
  /** All zones. */
  zones: FirewallZone[];
  /** Connections and what becomes of them; the first flow that fits decides. */
  flows: FirewallFlow[];
  /**
   * Verdicts on what no flow speaks of.
   * @default reject, except what the router itself begins
   */
  defaults?: FirewallDefault[];
  /**
   * Named sets of addresses.
   * @default none
   */
  sets?: FirewallSet[];
  /**
   * Zones towards which IPv4 connections take the router's address.
   * @default none
   */
  masquerade?: string[];
  /**
   * Zones towards which IPv6 connections take the router's address (NAT66).
   * @default none
   */
  masquerade6?: string[];
  /**
   * Zones whose hosts keep their own addresses where others are masqueraded, because those are routed
   * to this machine.
   * @default none
   */
  keepAddresses?: string[];
  /**
   * Zones towards which connections take a fixed address.
   * @default none
   */
  snat?: FirewallSnat[];
  /**
   * Ports forwarded inward.
   * @default none
   */
  forwards?: FirewallForward[];
  /**
   * Addresses that stand for a machine behind the router, in both directions.
   * @default none
   */
  oneToOne?: FirewallOneToOne[];
  /**
   * IPv6 prefixes that are exchanged on the way out and in (NPTv6).
   * @default none
   */
  prefixTranslations?: FirewallPrefixTranslation[];
  /**
   * Zones whose hosts are refused while their address is in the set `blocked4` or `blocked6`; an
   * address added at run time leaves it after a day.
   * @default none
   */
  block?: string[];
  /**
   * Guests that may send from their own addresses only.
   * @default none
   */
  guests?: FirewallGuest[];
  /**
   * Zones from which floods of TCP connection attempts are dropped.
   * @default none
   */
  synProtection?: FirewallSynProtection[];
  /**
   * Whether Proxmox's own firewall filters guests of this node: the `fwbr` bridges that it puts before
   * them are left to it, and known to connection tracking apart from what the node routes.
   * @default false
   */
  proxmoxFirewall?: boolean;
  /**
   * Addresses of the machine that are fixed. They sharpen checks, hairpin and expectations.
   * @default none is known
   */
  addresses?: FirewallAddress[];
  /**
   * Routes beyond the networks of `addresses`, for expectations.
   * @default none is known
   */
  routes?: FirewallRoute[];
}
