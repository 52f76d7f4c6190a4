import type { FirewallGuest, FirewallSynProtection } from "./policy-guests";
import type {
  FirewallForward,
  FirewallOneToOne,
  FirewallPrefixTranslation,
  FirewallSnat,
} from "./policy-nat";
import type { PortRange } from "./ports";

export * from "./policy-guests";
export * from "./policy-nat";

/** The reserved zone name of the machine that carries the policy. */
export const ROUTER = "router";

/** What a flow or a forward carries. */
export const Protocol = {
  Tcp: "tcp",
  Udp: "udp",
  Both: "both",
  Icmp: "icmp",
  Sctp: "sctp",
  Esp: "esp",
  Gre: "gre",
} as const;
/**
 * What a flow or a forward carries; `both` means tcp and udp, `icmp` echo requests in both families.
 */
export type Protocol = (typeof Protocol)[keyof typeof Protocol];

/** What becomes of a new connection. */
export const Verdict = { Accept: "accept", Drop: "drop", Reject: "reject" } as const;
/** What becomes of a new connection; `reject` answers the sender, `drop` does not. */
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

/**
 * Interfaces or networks that are treated alike.
 *
 * A packet belongs to one zone: the first of those with interfaces and addresses, those with
 * addresses alone, and those with interfaces alone that holds it.
 */
export interface FirewallZone {
  /** Name that flows refer to: lower case letters, digits and `-`, at most 12 characters. */
  name: string;
  /**
   * Interface names; a name may belong to one zone only, and need not exist yet.
   * @default any interface; `addresses` must then be given
   */
  interfaces?: string[];
  /**
   * Networks the zone consists of, such as `10.10.20.0/24`; with `interfaces` too, behind those.
   * @default every address behind the interfaces
   */
  addresses?: string[];
}

/** New connections and what becomes of them. Replies to what was accepted always pass. */
export interface FirewallFlow {
  /**
   * Name of the flow's counter, rules and log lines: lower case letters, digits and `-`.
   * @default its position
   */
  name?: string;
  /** Zone the connection comes from, or `router` for what the machine itself begins. */
  from: string;
  /** Zone it goes to, or `router` for the machine itself. */
  to: string;
  /**
   * Named services, such as `dns` or `https`, in place of protocol and ports.
   * @default what `protocol` and `ports` say
   */
  services?: string[];
  /**
   * Protocol.
   * @default every protocol
   */
  protocol?: Protocol;
  /**
   * Destination ports; `protocol` must be tcp, udp, both or sctp.
   * @default every port
   */
  ports?: number[];
  /**
   * Ranges of destination ports, beside `ports`.
   * @default none
   */
  portRanges?: PortRange[];
  /**
   * Addresses, networks or names of sets the connection comes from.
   * @default every address in the zone
   */
  sources?: string[];
  /**
   * Addresses, networks or names of sets it goes to.
   * @default every address in the zone
   */
  destinations?: string[];
  /**
   * What becomes of it.
   * @default accept
   */
  verdict?: Verdict;
  /**
   * Most packets a second the verdict is given to; the rest goes on to the flows below.
   * @default no limit
   */
  rate?: number;
  /**
   * Most packets a second from one address; the rest goes on to the flows below.
   * @default no limit
   */
  ratePerSource?: number;
  /**
   * Set with a timeout that the source's address is added to.
   * @default none
   */
  remember?: string;
  /**
   * Whether new connections are logged, ten a second at most.
   * @default false
   */
  log?: boolean;
}

/** What becomes of connections between two zones that no flow speaks of. */
export interface FirewallDefault {
  /** Zone the connection comes from, or `router`. */
  from: string;
  /** Zone it goes to, or `router`. */
  to: string;
  /** What becomes of it. Undeclared pairs are rejected; what the router itself begins, accepted. */
  verdict: Verdict;
  /**
   * Whether it is logged, ten a second at most.
   * @default false
   */
  log?: boolean;
}

/** Addresses with a name. Sets of sets are written out; a set with a timeout fills at run time. */
export interface FirewallSet {
  /** Name that flows and allow lists refer to: lower case letters, digits and `-`. */
  name: string;
  /**
   * Addresses and networks, of either family.
   * @default none
   */
  addresses?: string[];
  /**
   * Other sets whose members belong to this one too.
   * @default none
   */
  sets?: string[];
  /**
   * Seconds after which a member added at run time leaves again; such a set starts empty.
   * @default members are fixed
   */
  timeout?: number;
}

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
