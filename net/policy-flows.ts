import type { PortRange } from "./ports";

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
