import { networkOf, parseAddress, parseCidr } from "./cidr";
import { parseMac } from "./mac";
import type { RouterDhcpPool, RouterInterface } from "./router-network";

/** Path and text of one configuration file. */
export interface ConfigFile {
  /** Absolute path. */
  readonly path: string;
  /** Whole text, with a final newline. */
  readonly text: string;
}

/** The `.link` files that give interfaces their names at every boot (systemd.link(5)). */
export function renderLinks(interfaces: readonly RouterInterface[]): ConfigFile[] {
  return interfaces.map(({ name, mac }) => ({
    path: `/etc/systemd/network/10-${name}.link`,
    text: ini([
      ["Match", [["PermanentMACAddress", parseMac(mac) ?? mac]]],
      ["Link", [["Name", name]]],
    ]),
  }));
}

/** The `.network` files of a router's interfaces (systemd.network(5)). */
export function renderNetworks(interfaces: readonly RouterInterface[]): ConfigFile[] {
  return interfaces.map((one) => ({
    path: `/etc/systemd/network/20-${one.name}.network`,
    text: ini([
      ["Match", [["Name", one.name]]],
      // An unplugged port must not hold up the boot.
      ["Link", [["RequiredForOnline", "no"]]],
      ["Network", network(one)],
      ...(one.dhcp ? [["DHCPv4", client(one)] as Section] : []),
      ...(one.pool ? [["DHCPServer", server(one, one.pool)] as Section] : []),
    ]),
  }));
}

/** The DNS forwarder: systemd-resolved listens on every address that a pool hands out. */
export function renderResolved(interfaces: readonly RouterInterface[]): ConfigFile {
  const listeners = interfaces
    .filter((one) => one.pool)
    .flatMap(({ addresses = [] }) => addresses.map((address) => address.split("/")[0] ?? ""));
  return {
    path: "/etc/systemd/resolved.conf.d/10-proxmox-router.conf",
    text: ini([
      [
        "Resolve",
        [
          ["LLMNR", "no"],
          ["MulticastDNS", "no"],
          ...listeners.map((address): Entry => ["DNSStubListenerExtra", address]),
        ],
      ],
    ]),
  };
}

type Entry = readonly [key: string, value: string | number];
type Section = readonly [name: string, entries: readonly Entry[]];

const network = ({ dhcp, defaultRoute, addresses = [], pool }: RouterInterface): Entry[] => [
  ...addresses.map((address): Entry => ["Address", address]),
  ["DHCP", dhcp ? "ipv4" : "no"],
  ["IPv6AcceptRA", defaultRoute ? "yes" : "no"],
  ...(pool ? [["DHCPServer", "yes"] as Entry] : []),
  // The gateway's addresses are there before the first client is plugged in.
  ...(addresses.length > 0 ? [["ConfigureWithoutCarrier", "yes"] as Entry] : []),
];

const client = ({ defaultRoute }: RouterInterface): Entry[] => {
  const use = defaultRoute ? "yes" : "no";
  return [
    ["UseRoutes", use],
    ["UseGateway", use],
    ["UseDNS", use],
    ["UseDomains", "no"],
    ["UseHostname", "no"],
  ];
};

function server({ addresses = [] }: RouterInterface, pool: RouterDhcpPool): Entry[] {
  const { from, to, leaseTime = 3600 } = pool;
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
    ["DNS", "_server_address"],
  ];
}

const ini = (sections: readonly Section[]) =>
  sections
    .map(([name, entries]) =>
      [`[${name}]`, ...entries.map(([key, value]) => `${key}=${value}`), ""].join("\n"),
    )
    .join("\n");
