/** The reserved zone name of the machine that carries the policy. */
export const ROUTER = "router";

/** What a flow or a forward carries. */
export const Protocol = { Tcp: "tcp", Udp: "udp", Icmp: "icmp" } as const;
/** What a flow or a forward carries; `icmp` means echo requests, in both families. */
export type Protocol = (typeof Protocol)[keyof typeof Protocol];

/** Interfaces that are treated alike. */
export interface FirewallZone {
  /** Name that flows refer to: lower case letters, digits and `-`, at most 12 characters. */
  name: string;
  /** Interface names; a name may belong to one zone only, and need not exist yet. */
  interfaces: string[];
}

/** New connections that are let through, from one zone to another. Replies always are. */
export interface FirewallFlow {
  /** Zone the connection comes from. */
  from: string;
  /** Zone it goes to, or `router` for the machine itself. */
  to: string;
  /**
   * Protocol to let through.
   * @default every protocol
   */
  protocol?: Protocol;
  /**
   * Destination ports; `protocol` must be tcp or udp.
   * @default every port
   */
  ports?: number[];
  /**
   * Most packets a second that are accepted; the rest is refused.
   * @default no limit
   */
  rate?: number;
}

/** A port of the router's address in one zone, answered by a machine in another. */
export interface FirewallForward {
  /** Name for messages and rule comments: lower case letters, digits and `-`. */
  name: string;
  /** Zone from which the port is reached. */
  from: string;
  /** tcp or udp. */
  protocol: Protocol;
  /** Port on the router. */
  port: number;
  /** Address of the machine that answers, IPv4. */
  address: string;
  /**
   * Port on that machine.
   * @default the same as `port`
   */
  targetPort?: number;
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
}

/** What a router lets through. Whatever is not declared is refused. */
export interface FirewallPolicy {
  /** The way in that no rule can close. */
  management: FirewallManagement;
  /** All zones. */
  zones: FirewallZone[];
  /** Connections let through. */
  flows: FirewallFlow[];
  /**
   * Zones towards which IPv4 connections take the router's address.
   * @default none
   */
  masquerade?: string[];
  /**
   * Ports forwarded inward.
   * @default none
   */
  forwards?: FirewallForward[];
  /**
   * Zones whose hosts are refused while their address is in the set `blocked4` or `blocked6`; an
   * address added at run time leaves it after a day.
   * @default none
   */
  block?: string[];
}
