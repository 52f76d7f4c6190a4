import type { DnsmasqServer } from "../../net/dnsmasq";
import { dnsmasqIssues } from "../../net/dnsmasq-issues";

const base: DnsmasqServer = {
  name: "guests",
  interfaces: ["vmbr1"],
  addresses: ["192.168.0.1/24", "fd00:1::1/64"],
  ranges: [{ from: "192.168.0.100", to: "192.168.0.150" }],
};
const reservation = { mac: "02:00:00:00:01:00", address: "192.168.0.200", name: "web" };

test.each<[string, Partial<DnsmasqServer>, string[]]>([
  [
    "a reversed range",
    { ranges: [{ from: "192.168.0.150", to: "192.168.0.100" }] },
    ["it.ranges[0]: 192.168.0.150 comes after 192.168.0.100; expected from not above to"],
  ],
  [
    "a range outside of the network",
    { ranges: [{ from: "192.168.1.10", to: "192.168.1.20" }] },
    [
      'it.ranges[0].from: got "192.168.1.10"; expected a host in 192.168.0.0/24',
      'it.ranges[0].to: got "192.168.1.20"; expected a host in 192.168.0.0/24',
    ],
  ],
  [
    "a range with the broadcast address",
    { ranges: [{ from: "192.168.0.0", to: "192.168.0.255" }] },
    [
      'it.ranges[0].from: got "192.168.0.0", the network address; expected a host\'s address',
      'it.ranges[0].to: got "192.168.0.255", the broadcast address; expected a host\'s address',
    ],
  ],
  [
    "a range with the server in it",
    { ranges: [{ from: "192.168.0.1", to: "192.168.0.20" }] },
    ["it.ranges[0]: holds 192.168.0.1, the server's own address; expected a range without it"],
  ],
  [
    "a range from one of its networks to another",
    {
      addresses: ["192.168.0.1/24", "192.168.1.1/24"],
      ranges: [{ from: "192.168.0.10", to: "192.168.1.20" }],
    },
    ['it.ranges[0].to: got "192.168.1.20"; expected a host in 192.168.0.0/24'],
  ],
  [
    "a range of a family that it has no address of",
    { addresses: ["192.168.0.1/24"], ranges: [{ from: "fd00:1::10", to: "fd00:1::20" }] },
    [
      'it.ranges[0].from: got "fd00:1::10"; expected an address of the server in IPv6 first',
      'it.ranges[0].to: got "fd00:1::20"; expected an address of the server in IPv6 first',
    ],
  ],
  [
    "overlapping ranges",
    {
      ranges: [
        { from: "192.168.0.10", to: "192.168.0.20" },
        { from: "192.168.0.20", to: "192.168.0.30" },
      ],
    },
    ["it.ranges[1]: overlaps it.ranges[0] 192.168.0.10-192.168.0.20; expected ranges apart"],
  ],
  [
    "a range across families",
    { ranges: [{ from: "192.168.0.10", to: "fd00:1::20" }] },
    ['it.ranges[0].to: got "fd00:1::20"; expected an IPv4 address such as 10.0.0.1'],
  ],
  [
    "a range that dnsmasq would read as something else",
    { ranges: [{ from: "010.0.0.1", to: "static,1h" }] },
    [
      'it.ranges[0].from: got "010.0.0.1"; expected four decimal octets without leading zeros',
      'it.ranges[0].to: got "static,1h"; expected an IP address, not a name',
    ],
  ],
  [
    "the same MAC, address and name twice",
    {
      reservations: [
        { ...reservation, mac: "02:00:00:00:01:0A" },
        { ...reservation, mac: "02:00:00:00:01:0a" },
      ],
    },
    [
      'it.reservations[1].mac: "02:00:00:00:01:0a" is the same as it.reservations[0].mac; expected a MAC of its own',
      'it.reservations[1].name: "web" is the same as it.reservations[0].name "web"; expected another name',
      'it.reservations[1].address: "192.168.0.200" is the same as it.reservations[0].address; expected an address of its own',
    ],
  ],
  [
    "the same IPv6 address in two spellings",
    {
      reservations: [
        { ...reservation, address6: "fd00:1::20" },
        { mac: "02:00:00:00:01:01", address: "192.168.0.201", address6: "FD00:1:0:0::0020" },
      ],
    },
    [
      'it.reservations[1].address6: "FD00:1:0:0::0020" is the same as it.reservations[0].address6; expected an address of its own',
    ],
  ],
  [
    "a reservation of the server's own address",
    { reservations: [{ ...reservation, address: "192.168.0.1" }] },
    ['it.reservations[0].address: "192.168.0.1" is our own address; expected another address'],
  ],
  [
    "a reservation elsewhere",
    { reservations: [{ ...reservation, address: "10.0.0.5" }] },
    ['it.reservations[0].address: got "10.0.0.5"; expected a host in 192.168.0.0/24'],
  ],
  [
    "a reservation for everybody",
    { reservations: [{ ...reservation, mac: "*:*:*:*:*:*", name: "set:x" }] },
    [
      'it.reservations[0].mac: got "*:*:*:*:*:*"; expected a unicast MAC such as 68:05:ca:00:01:00',
      'it.reservations[0].name: got "set:x"; expected a DNS name in lower case such as web.example.net',
    ],
  ],
])("a DHCP server with %s is refused", (_, change, issues) => {
  expect(dnsmasqIssues("it", { ...base, ...change })).toEqual(issues);
});
