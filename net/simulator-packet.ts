import type { Address } from "./cidr";
import { formatAddress, parseAddress } from "./cidr";
import type { Verdict } from "./policy";
import type { Carried } from "./policy-services";

/** A packet as it reaches the router, or as the router itself begins one. */
export interface Packet {
  /** Interface it comes in by; nothing for what the router itself sends. */
  readonly in?: string;
  /** Ethernet address of the sender, where guests are held to theirs. */
  readonly mac?: string;
  readonly source: string;
  readonly destination: string;
  /** Protocol; `icmp` is an echo request of the packet's family. */
  readonly protocol: Carried["protocol"];
  /** Destination port. */
  readonly port?: number;
  /** How connection tracking sees it; new where nothing is said. */
  readonly state?: "new" | "established" | "related" | "invalid";
}

/** What happened at run time before the packet: who is in the sets that fill themselves. */
export interface Runtime {
  /** Members of `blocked4` and `blocked6`. */
  readonly blocked?: readonly string[];
  /** Members of sets with a timeout, by name. */
  readonly members?: Readonly<Record<string, readonly string[]>>;
}

/** What becomes of a packet, and why. */
export interface Outcome {
  readonly verdict: Verdict;
  /** The declaration that decided, by its path, or the fixed rule. */
  readonly decidedBy: string;
  /** Whether it is for the router itself, passes it or comes from it. */
  readonly way: "input" | "forward" | "output";
  /** Interface it leaves by. */
  readonly out?: string;
  /** Where it comes from once it has left; nothing where the router's address is not known. */
  readonly source?: string;
  /** Where it arrives. */
  readonly destination: string;
  /** Port it arrives at. */
  readonly port?: number;
  /** Named counters that count it, sorted. */
  readonly counters: readonly string[];
  /** Whether this holds only while a declared rate is not exceeded. */
  readonly limited: boolean;
}

/** Read an address that is known to be one. */
export function addressOf(text: string): Address {
  const address = parseAddress(text);
  if (!address) throw new TypeError(`not an address: ${text}`);
  return address;
}

/** Whether two texts are one address, however they are written. */
export function isSameAddress(one: string, other: string): boolean {
  const [a, b] = [parseAddress(one), parseAddress(other)];
  return a !== undefined && a.family === b?.family && a.value === b.value;
}

/** An address in its one spelling. */
export function canonicalAddress(text: string): string {
  const { family, value } = addressOf(text);
  return formatAddress(family, value);
}
