import { type Bridge, bridgeIssues } from "../../net/bridge";
import { networkdIssues } from "../../net/networkd-issues";
import type { NetworkdNetwork } from "../../net/networkd-network";
import type { Route } from "../../net/route";

const lan: NetworkdNetwork = { name: "lan", addresses: ["192.168.100.1/24", "fd00:100::1/64"] };
const pool = { from: "192.168.100.10", to: "192.168.100.20" };

test.each<[string, Partial<NetworkdNetwork>, string[]]>([
  [
    "a reversed pool",
    { pool: { from: pool.to, to: pool.from } },
    ["it.pool: 192.168.100.20 comes after 192.168.100.10; expected from not above to"],
  ],
  [
    "a pool without a network",
    { addresses: ["fd00:100::1/64"], pool },
    ["it.pool: no IPv4 network to hand out; expected an IPv4 address beside it"],
  ],
  [
    "a pool in the second network, which would be offset from the first",
    { addresses: ["10.0.0.1/24", "192.168.100.1/24"], pool },
    [
      'it.pool.from: got "192.168.100.10"; expected a host in 10.0.0.0/24',
      'it.pool.to: got "192.168.100.20"; expected a host in 10.0.0.0/24',
    ],
  ],
  [
    "a pool of IPv6, a name server by name, a domain with a comma and a DHCPv6 reservation",
    {
      pool: {
        ...pool,
        leaseTime: 30,
        dns: ["dns.example.net", "fd00::1"],
        domain: "a,b",
        reservations: [
          { mac: "02:00:00:00:01:00", address: "192.168.100.30", address6: "fd00:100::30" },
        ],
      },
    },
    [
      "it.pool.leaseTime: got 30; expected an integer from 60 to 31536000 seconds",
      'it.pool.dns[0]: got "dns.example.net"; expected an IP address, not a name',
      'it.pool.dns[1]: got "fd00::1"; expected an IPv4 address such as 10.0.0.1',
      'it.pool.domain: got "a,b"; expected a DNS name in lower case such as web.example.net',
      "it.pool.reservations[0].address6: systemd-networkd serves no DHCPv6; expected IPv4 alone, or dnsmasq",
    ],
  ],
  [
    "an address of its own twice, one with host bits missing, one of everybody",
    { addresses: ["192.168.100.1/24", "192.168.100.1/25", "10.0.0.0/24", "127.0.0.2/8"] },
    [
      'it.addresses[2]: got "10.0.0.0/24", the network address of 10.0.0.0/24; expected a host\'s address',
      'it.addresses[3]: got "127.0.0.2/8", a loopback address; expected one that a host can have',
      'it.addresses[1]: "192.168.100.1" is the same as it.addresses[0]; expected an address of its own',
    ],
  ],
  [
    "addresses on the port of a bridge",
    { bridge: "vmbr1" },
    ["it.addresses: on a port of vmbr1; expected them on the bridge"],
  ],
  [
    "advertisements of a long prefix towards the provider",
    { dhcp: true, defaultRoute: true, addresses: ["fd00:1::1/96", "fe80::1/64"], advertise: true },
    [
      'it.addresses[0]: got "fd00:1::1/96", where hosts choose their own address; expected a prefix of /64',
      "it.advertise: on the way out; expected no router advertisements towards the provider",
    ],
  ],
  [
    "a default route from nowhere",
    { defaultRoute: true },
    ["it.defaultRoute: needs a route from DHCP; expected dhcp: true beside it"],
  ],
  [
    "proxy neighbours that it can not answer for",
    { proxyNeighbours: ["10.0.0.5", "fd00:100::1", "FD00:100::5", "fd00:100:0::5", "ff02::1"] },
    [
      'it.proxyNeighbours[0]: got "10.0.0.5"; expected an IPv6 address such as fd00::1',
      'it.proxyNeighbours[1]: "fd00:100::1" is our own address; expected the address of a machine behind it',
      'it.proxyNeighbours[4]: got "ff02::1", a multicast address; expected one that a host can have',
      'it.proxyNeighbours[3]: "fd00:100:0::5" is the same as it.proxyNeighbours[2]; expected an address of its own',
    ],
  ],
  [
    "a name with a wildcard",
    { name: "tap*" },
    ['it.name: got "tap*"; expected an interface name, ^[a-z][a-z0-9._-]*$, of at most 15 bytes'],
  ],
])("an interface of systemd-networkd with %s is refused", (_, change, issues) => {
  expect(networkdIssues("it", { ...lan, ...change })).toEqual(issues);
});

test.each<[string, Route[], string[]]>([
  [
    "host bits",
    [{ destination: "10.20.0.5/16" }],
    ['it.routes[0].destination: got "10.20.0.5/16", with host bits set; expected 10.20.0.0/16'],
  ],
  [
    "no prefix",
    [{ destination: "default" }],
    [
      'it.routes[0].destination: got "default"; expected a network with its prefix such as 10.20.0.0/16',
    ],
  ],
  [
    "a gateway that is far, our own, of the other family, or missing",
    [
      { destination: "10.20.0.0/16", gateway: "10.50.0.1" },
      { destination: "10.21.0.0/16", gateway: "192.168.100.1" },
      { destination: "10.22.0.0/16", gateway: "fd00:100::2" },
      { destination: "10.23.0.0/16", onLink: true },
    ],
    [
      'it.routes[0].gateway: "10.50.0.1" is in no network of this interface; expected one that is, or onLink',
      'it.routes[1].gateway: "192.168.100.1" is our own address; expected another router',
      'it.routes[2].gateway: got "fd00:100::2"; expected an IPv4 address such as 10.0.0.1',
      "it.routes[3].gateway: missing beside onLink; expected the address of a router",
    ],
  ],
  [
    "the same destination in two spellings",
    [
      { destination: "fd00:20::/64", gateway: "fe80::2" },
      { destination: "FD00:20:0:0::/64", gateway: "fe80::3" },
      { destination: "fd00:20::/64", gateway: "fe80::3", metric: 50 },
    ],
    [
      'it.routes[1]: "FD00:20:0:0::/64" is already it.routes[0]; expected one way, or metrics apart',
    ],
  ],
  [
    "a metric below zero",
    [{ destination: "10.20.0.0/16", metric: -1 }],
    ["it.routes[0].metric: got -1; expected an integer from 0 to 4294967295"],
  ],
])("a route with %s is refused", (_, routes, issues) => {
  expect(networkdIssues("it", { ...lan, routes })).toEqual(issues);
});

test.each<[string, Partial<Bridge>, string[]]>([
  [
    "a name of 16 bytes",
    { name: "vmbr012345678901" },
    ['it.name: "vmbr012345678901" is 16 bytes long; expected at most 15 bytes'],
  ],
  [
    "a multicast MAC",
    { mac: "03:00:00:00:00:01" },
    ['it.mac: got "03:00:00:00:00:01"; expected a unicast MAC such as 68:05:ca:00:01:00'],
  ],
  [
    "spanning tree without a delay, which the kernel changes silently",
    { stp: true },
    ["it.forwardDelay: 0 seconds with stp; expected 2 to 30 seconds"],
  ],
  [
    "a long delay and a tiny MTU",
    { forwardDelay: 31, mtu: 67 },
    [
      "it.forwardDelay: got 31; expected an integer from 0 to 30 seconds",
      "it.mtu: got 67; expected an integer from 68 to 65535 bytes",
    ],
  ],
])("a bridge with %s is refused", (_, change, issues) => {
  expect(bridgeIssues("it", { name: "vmbr1", ...change })).toEqual(issues);
});
