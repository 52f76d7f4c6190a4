import { type Cidr, formatAddress, lastOf, networkOf, parseAddress, parseCidr } from "./cidr";
import { HEADER } from "./config-file";
import type { DhcpRange, DhcpReservation, DhcpServer } from "./dhcp";
import { parseMac } from "./mac";

/** What a DHCP server can tell its clients beyond their address. */
export const DhcpOptionName = {
  Router: "router",
  NameServers: "dns-server",
  TimeServers: "ntp-server",
  SearchDomains: "domain-search",
  Mtu: "mtu",
} as const;
/** What a DHCP server can tell its clients beyond their address, as dnsmasq calls it. */
export type DhcpOptionName = (typeof DhcpOptionName)[keyof typeof DhcpOptionName];

/** One DHCP option. */
export interface DhcpOption {
  /** Which option. */
  option: DhcpOptionName;
  /** Addresses of one family, domains, or one number of bytes. */
  values: string[];
}

/** DHCP and DNS for one network. */
export interface NetworkServices {
  /**
   * Who serves: `dnsmasq`, or `networkd` for DHCP over IPv4 by systemd-networkd, without DNS.
   * @default dnsmasq
   */
  server?: DhcpServer;
  /**
   * Addresses to hand out.
   * @default none but the reserved ones
   */
  ranges?: DhcpRange[];
  /**
   * Hosts with a fixed address.
   * @default none
   */
  reservations?: DhcpReservation[];
  /**
   * Lease time in seconds.
   * @default 3600
   */
  leaseTime?: number;
  /**
   * Further DHCP options; `router` and `dns-server` stand in for the server's own address.
   * @default none
   */
  options?: DhcpOption[];
  /**
   * Domain of the clients, which is answered here and never asked upstream.
   * @default none
   */
  domain?: string;
  /**
   * Name servers to ask.
   * @default those of the machine
   */
  upstreams?: string[];
  /**
   * Whether IPv6 networks are advertised, so that hosts choose their own address.
   * @default false
   */
  advertise?: boolean;
}

/** A dnsmasq for one network, which listens nowhere else. */
export interface DnsmasqServer extends NetworkServices {
  /** Name of the network, also that of its lease file. */
  name: string;
  /** Interfaces to listen on; they may come and go. */
  interfaces: string[];
  /** The server's own addresses, with the prefix that the clients are to use. */
  addresses: string[];
  /**
   * Whether each client is alone on its link: IPv6 ones are to send everything to their router.
   * @default false
   */
  apart?: boolean;
}

/** Render the configuration of a dnsmasq of its own (dnsmasq(8)). */
export function renderDnsmasq(server: DnsmasqServer): string {
  const { name, interfaces, options = [], domain, upstreams = [], advertise } = server;
  const pools = ranges(server);
  const blocks = [
    [HEADER],
    [
      "# Nothing is answered on other interfaces; these need not exist yet.",
      ...interfaces.map((one) => `interface=${one}`),
      "except-interface=lo",
      "bind-dynamic",
    ],
    [
      "# Names: no plain names or private addresses are asked upstream.",
      "no-hosts",
      "domain-needed",
      "bogus-priv",
      ...(domain === undefined ? [] : [`domain=${domain}`, `local=/${domain}/`]),
      ...(upstreams.length > 0 ? ["no-resolv"] : []),
      ...upstreams.map((address) => `server=${canonical(address)}`),
    ],
    [
      "# Addresses",
      "dhcp-authoritative",
      `dhcp-leasefile=/var/lib/misc/dnsmasq.${name}.leases`,
      // Nobody asks for an IPv6 address, or learns a way out, who is not told to.
      ...(advertise || pools.some((one) => one.includes(":")) ? ["enable-ra"] : []),
      ...pools,
      ...(server.reservations ?? []).map(reservation),
    ],
    ["# What clients are told", ...defaultOptions(server), ...options.flatMap(option)],
  ];
  return blocks.map((lines) => [...lines, ""].join("\n")).join("\n");
}

function ranges(server: DnsmasqServer): string[] {
  const { leaseTime = 3600, advertise, apart, reservations = [] } = server;
  return own(server).flatMap((cidr) => {
    const net = formatAddress(cidr.family, networkOf(cidr).address);
    const within = (server.ranges ?? []).filter(({ from }) => sameNetwork(cidr, from));
    const reserved = reservations.some(({ address, address6 }) =>
      [address, address6].some((one) => one !== undefined && sameNetwork(cidr, one)),
    );
    const pairs = within.map(({ from, to }) => `${canonical(from)},${canonical(to)}`);
    if (cidr.family === 4) {
      const rest = `${netmask(cidr)},${formatAddress(4, lastOf(cidr))},${leaseTime}`;
      return reserved && pairs.length === 0
        ? [`dhcp-range=${net},static,${rest}`]
        : pairs.map((pair) => `dhcp-range=${pair},${rest}`);
    }
    const rest = `${cidr.prefix},${leaseTime}`;
    if (pairs.length > 0) {
      return pairs.map((pair) => `dhcp-range=${pair},${advertise ? "slaac," : ""}${rest}`);
    }
    return [
      ...(reserved
        ? [
            `dhcp-range=${net},static${advertise ? ",slaac" : ""}${apart ? ",off-link" : ""},${rest}`,
          ]
        : []),
      ...(advertise && !reserved ? [`dhcp-range=${net},ra-stateless,${rest}`] : []),
    ];
  });
}

const reservation = ({ mac, address, address6, name }: DhcpReservation) =>
  [
    `dhcp-host=${parseMac(mac) ?? mac}`,
    canonical(address),
    ...(address6 === undefined ? [] : [bracketed(address6)]),
    ...(name === undefined ? [] : [name]),
  ].join(",");

/** The server itself as router and name server, where no option says otherwise. */
function defaultOptions(server: DnsmasqServer): string[] {
  const given = (server.options ?? []).map((one) => `${one.option} ${familyOf(one)}`);
  const addresses = own(server).map(({ family, address }) => formatAddress(family, address));
  const first = (family: 4 | 6, name: DhcpOptionName): DhcpOption[] => {
    const address = addresses.find((text) => text.includes(":") === (family === 6));
    return address === undefined || given.includes(`${name} ${family}`)
      ? []
      : [{ option: name, values: [address] }];
  };
  return [
    ...first(4, DhcpOptionName.Router),
    ...first(4, DhcpOptionName.NameServers),
    ...first(6, DhcpOptionName.NameServers),
  ].flatMap(option);
}

const option = ({ option: name, values }: DhcpOption): string[] => {
  const plain = `dhcp-option=option:${name},${values.map(canonical).join(",")}`;
  if (name === DhcpOptionName.SearchDomains) {
    return [plain, `dhcp-option=option6:${name},${values.join(",")}`];
  }
  return familyOf({ values }) === 6
    ? [`dhcp-option=option6:${name},${values.map(bracketed).join(",")}`]
    : [plain];
};

const familyOf = ({ values }: Pick<DhcpOption, "values">) =>
  values.some((text) => text.includes(":")) ? 6 : 4;

const own = ({ addresses }: DnsmasqServer): Cidr[] =>
  addresses.map(parseCidr).filter((cidr) => cidr !== undefined);

const sameNetwork = (cidr: Cidr, text: string) => {
  const address = parseAddress(text);
  return (
    address?.family === cidr.family &&
    networkOf({ ...cidr, address: address.value }).address === networkOf(cidr).address
  );
};

const canonical = (text: string) => {
  const address = parseAddress(text);
  return address ? formatAddress(address.family, address.value) : text;
};

const bracketed = (text: string) => `[${canonical(text)}]`;

const netmask = ({ prefix }: Cidr) =>
  formatAddress(4, (0xffff_ffffn << BigInt(32 - prefix)) & 0xffff_ffffn);
