/** The reserved zone name of the machine that carries the policy. */
export const ROUTER = "router";

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
