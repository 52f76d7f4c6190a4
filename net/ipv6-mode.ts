/** How guests behind a host take part in IPv6. */
export const Ipv6Mode = {
  Routed: "routed",
  NdpProxy: "ndp-proxy",
  TcpProxy: "tcp-proxy",
  Nat66: "nat66",
  Off: "off",
} as const;
/**
 * How guests behind a host take part in IPv6: with addresses of their own that are routed to the host,
 * or that the host answers for; behind the host's own address with TCP proxies, or without; or not.
 */
export type Ipv6Mode = (typeof Ipv6Mode)[keyof typeof Ipv6Mode];

/** What a probe found out about a provider. */
export interface Ipv6Finding {
  /** Each packet for the prefix comes to the host; or only those that it answers for; or none. */
  readonly found: "routed" | "on-link" | "neither" | "no-address" | "no-route" | "silence";
  /** The host's own address. */
  readonly own?: string;
  /** Who answered it. */
  readonly target?: string;
  /** Who did not. */
  readonly silent: readonly string[];
}

/** What was asked. */
export interface Ipv6Question {
  /** The device towards the provider. */
  readonly uplink: string;
  /** The network in question, such as `2001:db8:8:5688::/64`. */
  readonly network: string;
}

/** What fits the provider best. */
export function modeFor({ found }: Ipv6Finding): Ipv6Mode {
  switch (found) {
    case "routed":
      return Ipv6Mode.Routed;
    case "on-link":
      return Ipv6Mode.NdpProxy;
    case "neither":
      return Ipv6Mode.TcpProxy;
    case "no-address":
    case "no-route":
    case "silence":
      return Ipv6Mode.Off;
  }
}

/** Why it does, in a sentence: what was tried, and what answered. */
export function explain(
  { uplink, network }: Ipv6Question,
  { found, own = "", target = "", silent }: Ipv6Finding,
): string {
  const deaf = silent.length > 0 ? `; no answer to it from ${silent.join(", ")}` : "";
  switch (found) {
    case "routed":
      return `${target} answered an address of ${network} that nothing answers for on ${uplink}: the provider routes it to the host${deaf}`;
    case "on-link":
      return `${target} answered an address of ${network} only once the host answered for it on ${uplink}: the provider looks for each address there${deaf}`;
    case "neither":
      return `${target} answered ${own}, the host's own, but no other address of ${network}: the provider neither routes it to the host nor looks for its addresses on ${uplink}${deaf}`;
    case "no-address":
      return `${uplink} has no global IPv6 address`;
    case "no-route":
      return `${uplink} has the IPv6 address ${own}, but no IPv6 default route`;
    case "silence":
      return `nobody answered ${own}, the host's own address on ${uplink}: asked ${silent.join(", ")}`;
  }
}
