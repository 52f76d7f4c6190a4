import { parseCidr } from "./cidr";
import { declaredIssues } from "./declared";
import type { DnsmasqServer } from "./dnsmasq";
import { dnsmasqIssues } from "./dnsmasq-issues";
import { got, type Issues, issue, quote } from "./issues";
import { macIssues } from "./mac";
import { interfaceNameIssues } from "./names";
import { bridgeNameIssues } from "./proxmox-id";
import { routedGuestIssues } from "./routed-guest";
import type { Shape } from "./shape";

/** How neighbours on an uplink find guests. */
export const TapProxy = { Neighbours: "neighbours", Arp: "arp", None: "none" } as const;
/** How neighbours on an uplink find guests: not at all, or asked for each, or for all it can reach. */
export type TapProxy = (typeof TapProxy)[keyof typeof TapProxy];

/** A guest that is reached over a route of its own. */
export interface TapGuest {
  /** Host name, one label of DNS. */
  name: string;
  /** The host's end of its cable: `tap100i0` for NIC 0 of VM 100, `veth101i0` for container 101. */
  interface: string;
  /** Ethernet address. */
  mac: string;
  /** IPv4 address. */
  address: string;
  /**
   * IPv6 address.
   * @default none
   */
  address6?: string;
}

/** An interface on which the host is a neighbour of others. */
export interface TapUplink {
  /** Name of the interface. */
  name: string;
  /**
   * How those there find guests: `neighbours`, the host answers for each guest that runs; `arp`, for
   * every IPv4 address that it can reach elsewhere (proxy ARP); `none`, they have a route.
   * @default TapProxy.Neighbours
   */
  proxy?: TapProxy;
}

/** What guests with a route each are. */
export interface RoutedNetwork {
  /** Name of the network on the host: lower-case letters, digits and dashes, at most 12. */
  networkName: string;
  /** Bridge that Proxmox attaches the guests to when they start; each is taken off it at once. */
  bridgeName: string;
  /**
   * The host's addresses, the same on each guest's interface, with the prefix of the whole network,
   * such as `10.254.254.1/24`: one of each family at most.
   */
  addresses: string[];
  /** All guests. */
  guests: TapGuest[];
  /**
   * Where others are that shall reach the guests.
   * @default none
   */
  uplinks?: TapUplink[];
  /**
   * Lease time in seconds.
   * @default 3600
   */
  leaseTime?: number;
  /**
   * Domain of the guests, which is answered here and never asked upstream.
   * @default none
   */
  domain?: string;
  /**
   * Name servers to ask.
   * @default those of the machine
   */
  upstreams?: string[];
}

const SHAPE: Shape = {
  networkName: "text",
  bridgeName: "text",
  addresses: ["text"],
  guests: [{ name: "text", interface: "text", mac: "text", address: "text", "address6?": "text" }],
  "uplinks?": [{ name: "text", "proxy?": "text" }],
  "leaseTime?": "number",
  "domain?": "text",
  "upstreams?": ["text"],
};

const INTERFACE = /^(tap|veth)[1-9]\d{2,8}i(\d|[12]\d|3[01])$/;

/** Every reason why guests can not be reached over a route each. */
export const routedNetworkIssues = (network: RoutedNetwork): Issues =>
  declaredIssues("network", network, SHAPE, valueIssues).map((line) =>
    line.replace(/^network\./, ""),
  );

function valueIssues(network: RoutedNetwork): Issues {
  const { bridgeName, addresses, guests, uplinks = [] } = network;
  const wrong = guests.flatMap((guest, i) =>
    guestIssues(`guests[${i}]`, guest, guests.slice(0, i)),
  );
  const proxies: readonly string[] = Object.values(TapProxy);
  return [
    ...bridgeNameIssues("bridgeName", bridgeName),
    ...([4, 6] as const).flatMap((family) =>
      addresses.filter((text) => parseCidr(text)?.family === family).length > 1
        ? issue("addresses", `more than one of IPv${family}`, "one of each family")
        : [],
    ),
    ...(guests.length === 0 ? issue("guests", "empty", "at least one guest") : []),
    ...wrong,
    ...uplinks.flatMap(({ name, proxy = TapProxy.Neighbours }, i) => [
      ...interfaceNameIssues(`uplinks[${i}].name`, name),
      ...(proxies.includes(proxy)
        ? []
        : issue(`uplinks[${i}].proxy`, got(proxy), proxies.join(", "))),
    ]),
    ...(guests.length === 0 || wrong.length > 0
      ? []
      : dnsmasqIssues("services", serverOf(network))),
  ];
}

const guestIssues = (path: string, guest: TapGuest, before: readonly TapGuest[]): Issues => [
  ...(INTERFACE.test(guest.interface)
    ? []
    : issue(`${path}.interface`, got(guest.interface), "tap or veth, id, i and number of the NIC")),
  ...(before.some((other) => other.interface === guest.interface)
    ? issue(`${path}.interface`, `${quote(guest.interface)} is declared twice`, "one guest on it")
    : []),
  ...macIssues(`${path}.mac`, guest.mac),
  ...routedGuestIssues(path, [{ address: guest.address }]),
];

/** The DHCP and DNS of the guests, on each one's interface and nowhere else. */
export const serverOf = (network: RoutedNetwork): DnsmasqServer => ({
  name: network.networkName,
  interfaces: network.guests.map((guest) => guest.interface),
  addresses: network.addresses,
  reservations: network.guests.map(({ name, mac, address, address6 }) => ({
    name,
    mac,
    address,
    ...(address6 !== undefined && { address6 }),
  })),
  leaseTime: network.leaseTime,
  domain: network.domain,
  upstreams: network.upstreams,
  apart: true,
});
