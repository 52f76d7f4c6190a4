import { formatAddress, formatCidr, networkOf, parseAddress, parseCidr } from "./cidr";
import type { ConfigFile } from "./config-file";
import type { DhcpReservation } from "./dhcp";
import { each, type Entry, flag, optional, renderIni, type Section } from "./ini";
import { parseMac } from "./mac";
import type { Route } from "./route";

/** The DHCP server of systemd-networkd on one interface: one range of IPv4. */
export interface NetworkdPool {
  /** First address to hand out. */
  readonly from: string;
  /** Last address to hand out. */
  readonly to: string;
  /**
   * Lease time in seconds.
   * @default 3600
   */
  readonly leaseTime?: number;
  /**
   * Name servers to hand out.
   * @default the server's own address
   */
  readonly dns?: readonly string[];
  /**
   * Domain that clients are told.
   * @default none
   */
  readonly domain?: string;
  /**
   * Hosts with a fixed address, IPv4 only.
   * @default none
   */
  readonly reservations?: readonly DhcpReservation[];
}

/** What systemd-networkd does with one interface. */
export interface NetworkdNetwork {
  /** Interface name. */
  readonly name: string;
  /** Bridge that it is a port of, one with a `.netdev` file of its own. */
  readonly bridge?: string;
  /** Whether it takes an IPv4 address from DHCP. */
  readonly dhcp?: boolean;
  /** Whether the way out leads through here: routes and name servers are taken from DHCP and RA. */
  readonly defaultRoute?: boolean;
  /** Own addresses with their prefix. */
  readonly addresses?: readonly string[];
  /**
   * Whether somebody else sets the interface up, such as ifupdown2: nothing on it is changed, and
   * `addresses` are those that it has.
   * @default false
   */
  readonly kept?: boolean;
  /** Ways over this interface. */
  readonly routes?: readonly Route[];
  /** IPv6 addresses behind us that we answer neighbour solicitations for. */
  readonly proxyNeighbours?: readonly string[];
  /** DHCP server. */
  readonly pool?: NetworkdPool;
  /** Whether our IPv6 networks are advertised, so that hosts choose their own address. */
  readonly advertise?: boolean;
}

/** The first ten bits of fe80::/10. */
const LINK_LOCAL = 0xfe80n >> 6n;

/** The `.network` file of one interface (systemd.network(5)). */
export function renderNetwork(one: NetworkdNetwork): ConfigFile {
  return {
    path: `/etc/systemd/network/20-${one.name}.network`,
    text: renderIni([
      ["Match", [["Name", one.name]]],
      // An unplugged port must not hold up the boot.
      ["Link", [["RequiredForOnline", "no"]]],
      ["Network", network(one)],
      ...(one.kept ? (one.addresses ?? []).map(address) : []),
      ...(one.routes ?? []).map(route),
      ...(one.dhcp ? [["DHCPv4", client(one)] as Section] : []),
      ...(one.pool ? [["DHCPServer", server(one, one.pool)] as Section] : []),
      ...(one.pool?.reservations ?? []).map(lease),
      ...(one.advertise ? advertisement(one) : []),
    ]),
  };
}

const network = (one: NetworkdNetwork): Entry[] => [
  ...optional("Bridge", one.bridge),
  ...(one.kept ? [["KeepConfiguration", "yes"] as Entry] : each("Address", one.addresses)),
  ["DHCP", one.dhcp ? "ipv4" : "no"],
  ["IPv6AcceptRA", one.defaultRoute ? "yes" : "no"],
  ...(one.pool ? [["DHCPServer", "yes"] as Entry] : []),
  ...flag("IPv6SendRA", one.advertise),
  ...each("IPv6ProxyNDPAddress", one.proxyNeighbours?.map(canonical)),
  // The gateway's addresses are there before the first client is plugged in.
  ...(one.addresses?.length ? [["ConfigureWithoutCarrier", "yes"] as Entry] : []),
];

// As ifupdown2 sets it, without the broadcast address: another one would be put in its place.
const address = (text: string): Section => [
  "Address",
  [
    ["Address", text],
    ["Broadcast", "no"],
  ],
];

const route = ({ destination, gateway, onLink, metric }: Route): Section => {
  const cidr = parseCidr(destination);
  return [
    "Route",
    [
      ["Destination", cidr ? formatCidr(networkOf(cidr)) : destination],
      ...optional("Gateway", gateway && canonical(gateway)),
      ...flag("GatewayOnLink", onLink),
      ...optional("Scope", gateway === undefined && cidr?.family === 4 ? "link" : undefined),
      ...optional("Metric", metric),
    ],
  ];
};

const client = ({ defaultRoute }: NetworkdNetwork): Entry[] => {
  const use = defaultRoute ? "yes" : "no";
  return [
    ["UseRoutes", use],
    ["UseGateway", use],
    ["UseDNS", use],
    ["UseDomains", "no"],
    ["UseHostname", "no"],
  ];
};

function server({ addresses = [] }: NetworkdNetwork, pool: NetworkdPool): Entry[] {
  const { from, to, leaseTime = 3600, dns = ["_server_address"], domain } = pool;
  const own = addresses.map(parseCidr).find((cidr) => cidr?.family === 4);
  const value = (text: string) => parseAddress(text)?.value ?? 0n;
  const base = own ? networkOf(own).address : 0n;
  return [
    ["PoolOffset", Number(value(from) - base)],
    ["PoolSize", Number(value(to) - value(from)) + 1],
    ["DefaultLeaseTimeSec", leaseTime],
    ["MaxLeaseTimeSec", leaseTime],
    ["EmitRouter", "yes"],
    ["EmitDNS", "yes"],
    ...each("DNS", dns.map(canonical)),
    // There is no key for the domain name, option 15.
    ...optional("SendOption", domain && `15:string:${domain}`),
  ];
}

const lease = ({ mac, address }: DhcpReservation): Section => [
  "DHCPServerStaticLease",
  [
    ["MACAddress", parseMac(mac) ?? mac],
    ["Address", canonical(address)],
  ],
];

function advertisement({ addresses = [], pool }: NetworkdNetwork): Section[] {
  const own = addresses
    .map(parseCidr)
    .filter((cidr) => cidr !== undefined)
    .filter(({ family, address }) => family === 6 && address >> 118n !== LINK_LOCAL);
  return [
    [
      "IPv6SendRA",
      [
        ["RouterLifetimeSec", 1800],
        ["EmitDNS", "yes"],
        ...each(
          "DNS",
          own.map(({ address }) => formatAddress(6, address)),
        ),
        ...(pool?.domain ? ([["Domains", pool.domain]] as Entry[]) : []),
      ],
    ],
    ...own.map((cidr): Section => ["IPv6Prefix", [["Prefix", formatCidr(networkOf(cidr))]]]),
  ];
}

const canonical = (text: string) => {
  const address = parseAddress(text);
  return address ? formatAddress(address.family, address.value) : text;
};
