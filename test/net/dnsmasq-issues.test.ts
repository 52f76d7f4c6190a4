import type { DnsmasqServer } from "../../net/dnsmasq";
import { dnsmasqIssues } from "../../net/dnsmasq-issues";

const base: DnsmasqServer = {
  name: "guests",
  interfaces: ["vmbr1"],
  addresses: ["192.168.0.1/24", "fd00:1::1/64"],
  ranges: [{ from: "192.168.0.100", to: "192.168.0.150" }],
};
test.each<[string, Partial<DnsmasqServer>, string[]]>([
  [
    "its own address as upstream",
    { upstreams: ["192.168.0.1", "fd00:1:0::1"] },
    [
      'it.upstreams[0]: "192.168.0.1" is our own address; expected another server, or it would ask itself',
      'it.upstreams[1]: "fd00:1:0::1" is our own address; expected another server, or it would ask itself',
    ],
  ],
  [
    "an upstream by name, or with an interface",
    { upstreams: ["dns.example.net", "1.1.1.1@eth0", "fe80::1%eth0"] },
    [
      'it.upstreams[0]: got "dns.example.net"; expected an IP address, not a name',
      'it.upstreams[1]: got "1.1.1.1@eth0"; expected an address such as 10.0.0.1',
      'it.upstreams[2]: got "fe80::1%eth0", with a zone id; expected "fe80::1", its interface in a field of its own',
    ],
  ],
  [
    "a domain with a metacharacter",
    { domain: "a/b,c" },
    ['it.domain: got "a/b,c"; expected a DNS name in lower case such as web.example.net'],
  ],
  [
    "a domain with a second line",
    { domain: "a\nserver=6.6.6.6" },
    [
      'it.domain: got "a\\nserver=6.6.6.6", which holds the unprintable character U+000A; expected a DNS name in lower case such as web.example.net',
    ],
  ],
  [
    "a lease shorter than dnsmasq gives",
    { leaseTime: 60 },
    ["it.leaseTime: got 60; expected an integer from 120 to 31536000 seconds"],
  ],
  [
    "SLAAC in a longer prefix",
    { addresses: ["192.168.0.1/24", "fd00:1::1/80"], advertise: true },
    [
      'it.addresses[1]: got "fd00:1::1/80", where hosts choose their own address; expected a prefix of /64',
    ],
  ],
  [
    "SLAAC without IPv6",
    { addresses: ["192.168.0.1/24"], advertise: true },
    ["it.advertise: no IPv6 network to advertise; expected an IPv6 address beside it"],
  ],
  [
    "every interface there is",
    { interfaces: [] },
    ["it.interfaces: empty; expected at least one, or it would listen on all of them"],
  ],
  [
    "an interface twice, and a pattern",
    { interfaces: ["vmbr1", "vmbr1", "tap*"] },
    [
      'it.interfaces[1]: "vmbr1" is declared twice; expected it once',
      'it.interfaces[2]: got "tap*"; expected an interface name, ^[a-z][a-z0-9._-]*$, of at most 15 bytes',
    ],
  ],
  [
    "options that are unknown, given twice, or of the wrong kind",
    {
      options: [
        { option: "119" as "router", values: ["x"] },
        { option: "router", values: ["192.168.0.254"] },
        { option: "router", values: ["fd00:1::2"] },
        { option: "mtu", values: ["1e3", "1400"] },
        { option: "domain-search", values: ["a,b"] },
        { option: "dns-server", values: ["1.1.1.1", "2606:4700:4700::1111"] },
        { option: "ntp-server", values: [] },
        { option: "router", values: ["192.168.0.253"] },
      ],
    },
    [
      'it.options[0].option: unknown option "119"; expected router, dns-server, ntp-server, domain-search, mtu',
      'it.options[2].values[0]: got "fd00:1::2"; expected an IPv4 address such as 10.0.0.1',
      'it.options[3].values[0]: got "1e3"; expected a number of bytes',
      "it.options[3].values: got 2 values; expected one number of bytes",
      'it.options[4].values[0]: got "a,b"; expected a DNS name in lower case such as web.example.net',
      "it.options[5].values: addresses of both families; expected one option for each",
      "it.options[6].values: empty; expected at least one value",
      'it.options[7].option: "router" is declared twice; expected it once',
    ],
  ],
  [
    "hosts named like dnsmasq's own words",
    {
      reservations: ["ignore", "infinite", "12h"].map((name, i) => ({
        mac: `02:00:00:00:01:0${i}`,
        address: `192.168.0.20${i}`,
        name,
      })),
    },
    [
      'it.reservations[0].name: dnsmasq takes "ignore" for an order; expected another name',
      'it.reservations[1].name: dnsmasq takes "infinite" for a lease time; expected another name',
      'it.reservations[2].name: dnsmasq takes "12h" for a lease time; expected another name',
    ],
  ],
])("a dnsmasq with %s is refused", (_, change, issues) => {
  expect(dnsmasqIssues("it", { ...base, ...change })).toEqual(issues);
});
