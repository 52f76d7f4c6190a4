import type { FirewallAddress, FirewallRoute } from "../../../net/policy";

/** One link of the router under test, and the hosts on it that answer. */
export interface Link {
  readonly name: string;
  readonly mac: string;
  readonly peer: string;
  readonly addresses: readonly string[];
  readonly hosts: readonly string[];
}

/** Administration, the way out, and two networks inside. */
export const LINKS: readonly Link[] = [
  link("vm0", 1, ["10.99.0.1/24", "fd00:99::1/64"], ["10.99.0.20", "10.99.0.21", "fd00:99::20"]),
  link(
    "wan",
    2,
    ["203.0.113.5/24", "203.0.113.6/24", "2001:db8:113::5/64"],
    ["203.0.113.9", "2001:db8:113::9"],
  ),
  link(
    "lan",
    3,
    ["10.10.0.1/24", "fd00:10::1/64"],
    ["10.10.0.20", "10.10.0.21", "10.10.0.22", "fd00:10::20", "fd00:10::21"],
  ),
  link(
    "opt",
    4,
    ["10.20.0.1/24", "fd00:20::1/64"],
    ["10.20.0.20", "10.20.0.21", "10.20.0.22", "fd00:20::20", "fd00:20::21"],
  ),
];

/** Hosts beyond the next router, which is on the wan link. */
export const FAR = [
  "198.51.100.1",
  "198.51.100.2",
  "198.51.100.3",
  "2001:db8:51::1",
  "2001:db8:51::2",
];

/** External addresses that are not the router's own but come in by its wan link. */
export const EXTERNAL = ["203.0.113.7", "203.0.113.8", "2001:db8:113::7", "2001:db8:113::8"];

const GATEWAYS = ["203.0.113.1", "2001:db8:113::1"];

/** The router's own addresses, as a policy states them. */
export const ADDRESSES: FirewallAddress[] = LINKS.flatMap(({ name, addresses }) =>
  addresses.map((address) => ({ interface: name, address })),
);

/** The router's routes, as a policy states them. */
export const ROUTES: FirewallRoute[] = [
  { destination: "0.0.0.0/0", interface: "wan", gateway: "203.0.113.1" },
  { destination: "::/0", interface: "wan", gateway: "2001:db8:113::1" },
];

/** The commands that make a namespace such a router: nothing is left for it to find out by itself. */
export const SETUP = [
  "sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0",
  "sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0 net.ipv4.conf.all.send_redirects=0",
  "sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0",
  "sysctl -qw net.ipv6.conf.all.router_solicitations=0 net.ipv6.conf.default.router_solicitations=0",
  "ip link set lo up",
  ...LINKS.flatMap(({ name, peer, addresses, hosts }) => [
    `sysctl -qw net.ipv4.conf.${name}.rp_filter=0 net.ipv4.conf.${name}.send_redirects=0`,
    `ip link set ${name} up`,
    ...addresses.map(
      (address) => `ip address add ${address} dev ${name}${address.includes(":") ? " nodad" : ""}`,
    ),
    ...[...hosts, ...(name === "wan" ? [...GATEWAYS, ...EXTERNAL] : [])].map(
      (host) => `ip neighbour add ${host} lladdr ${peer} dev ${name} nud permanent`,
    ),
  ]),
  "sysctl -qw net.ipv6.conf.all.forwarding=1",
  ...GATEWAYS.map((gateway) =>
    gateway.includes(":")
      ? `ip -6 route add default via ${gateway} dev wan`
      : `ip route add default via ${gateway} dev wan`,
  ),
].join("\n");

function link(
  name: string,
  index: number,
  addresses: readonly string[],
  hosts: readonly string[],
): Link {
  return {
    name,
    mac: `02:00:00:00:00:0${index}`,
    peer: `02:00:00:00:01:0${index}`,
    addresses,
    hosts,
  };
}
