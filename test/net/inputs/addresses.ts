import {
  addressIssues,
  hostAddressIssues,
  interfaceAddressIssues,
  networkIssues,
  slaacIssues,
} from "../../../net/address-issues";
import type { Row } from "./row";

const HAVE = "expected one that a host can have";
const address = (text: unknown, expected: string) =>
  [addressIssues("address", text), `address: got ${JSON.stringify(text)}${expected}`] as const;
const host = (text: string, name: string) =>
  [hostAddressIssues("address", text), `address: got "${text}", ${name}; ${HAVE}`] as const;
const network = (text: string, expected: string) =>
  [networkIssues("network", text), `network: got "${text}"${expected}`] as const;

export const addresses: readonly Row[] = [
  {
    row: "a host name where an address is expected",
    cases: [
      ...["localhost", "web.example.net", "router"].map((text) =>
        address(text, "; expected an IP address, not a name"),
      ),
      ...["$x", "@set", "", "10.0.0.1; drop", "10.0.0.1\t"].map((text) =>
        text.includes("\t")
          ? address(
              text,
              ", which holds the unprintable character U+0009; expected an address such as 10.0.0.1",
            )
          : address(text, "; expected an address such as 10.0.0.1"),
      ),
      address(5, "; expected an address such as 10.0.0.1"),
      address("10.0.0.1/24", "; expected an address without prefix"),
    ],
  },
  {
    row: "octal, hexadecimal and short IPv4 addresses",
    cases: [
      "010.0.0.1",
      "0x0a000001",
      "1",
      "10.1",
      "1.2.3",
      "10.0.0.256",
      "10.0.0.1.",
      "08.0.0.1",
    ].map((text) => address(text, "; expected four decimal octets without leading zeros")),
  },
  {
    row: "host bits in a network",
    cases: [
      network("10.0.0.5/24", ", with host bits set; expected 10.0.0.0/24"),
      network("fd00::5/64", ", with host bits set; expected fd00::/64"),
    ],
  },
  {
    row: "prefix lengths",
    cases: [
      ...["10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/", "10.0.0.0/a"].map((text) =>
        network(text, "; expected a prefix length from 1 to 32, without leading zeros"),
      ),
      network("fd00::/129", "; expected a prefix length from 1 to 128, without leading zeros"),
      network("0.0.0.0/0", ", every address there is; expected a network of its own"),
      network("::/0", ", every address there is; expected a network of its own"),
      network(
        "10.0.0.0",
        ", without its prefix length; expected an address with prefix such as 10.0.0.1/24",
      ),
      network("10.0.0.0/8/8", "; expected an address with prefix such as 10.0.0.1/24"),
      network(
        "10.0.0.0/255.0.0.0",
        "; expected a prefix length from 1 to 32, without leading zeros",
      ),
    ],
  },
  {
    row: "IPv4 in the form of IPv6",
    cases: [
      address("::ffff:10.0.0.1", ", an IPv4-mapped address; expected the IPv4 form 10.0.0.1"),
      address("::ffff:a00:1", ", an IPv4-mapped address; expected the IPv4 form 10.0.0.1"),
      address("64:ff9b::10.0.0.1", "; expected an address such as 10.0.0.1"),
      [
        hostAddressIssues("address", "64:ff9b::a00:1"),
        'address: got "64:ff9b::a00:1", a NAT64 address; expected the IPv4 form 10.0.0.1',
      ],
      [
        hostAddressIssues("address", "2002:a00:1::"),
        'address: got "2002:a00:1::", a 6to4 address; expected the IPv4 form 10.0.0.1',
      ],
      host("::", "an address of no host"),
      host("::a00:1", "a reserved address"),
    ],
  },
  {
    row: "zone ids",
    cases: [
      address(
        "fe80::1%eth0",
        ', with a zone id; expected "fe80::1", its interface in a field of its own',
      ),
    ],
  },
  {
    row: "addresses that no host of a LAN and no target can have",
    cases: [
      host("127.0.0.1", "a loopback address"),
      host("::1", "a loopback address"),
      host("224.0.0.1", "a multicast address"),
      host("ff02::1", "a multicast address"),
      host("255.255.255.255", "the broadcast address"),
      host("169.254.1.1", "a link-local address"),
      host("fe80::1", "a link-local address"),
      host("0.0.0.0", "an address of no host"),
      host("240.0.0.1", "a reserved address"),
      host("192.0.2.1", "a documentation address"),
      host("198.51.100.1", "a documentation address"),
      host("203.0.113.1", "a documentation address"),
      host("2001:db8::1", "a documentation address"),
      host("3fff::1", "a documentation address"),
      host("fec0::1", "a site-local address"),
      host("100::1", "a discard-only address"),
      host("2001::1", "a Teredo address"),
      [
        networkIssues("network", "126.0.0.0/7"),
        `network: got "126.0.0.0/7", a loopback address; ${HAVE}`,
      ],
      [
        networkIssues("network", "2001:db8:7::/48"),
        `network: got "2001:db8:7::/48", a documentation address; ${HAVE}`,
      ],
      [
        interfaceAddressIssues("address", "192.0.2.1/24"),
        `address: got "192.0.2.1/24", a documentation address; ${HAVE}`,
      ],
    ],
  },
  {
    row: "an interface on the network or broadcast address",
    cases: [
      [
        interfaceAddressIssues("address", "10.0.0.255/24"),
        'address: got "10.0.0.255/24", the broadcast address of 10.0.0.0/24; expected a host\'s address',
      ],
      [
        interfaceAddressIssues("address", "10.0.0.0/24"),
        'address: got "10.0.0.0/24", the network address of 10.0.0.0/24; expected a host\'s address',
      ],
      [
        interfaceAddressIssues("address", "fd00::/64"),
        'address: got "fd00::/64", the network address of fd00::/64; expected a host\'s address',
      ],
    ],
  },
  {
    row: "prefixes in which hosts can not choose their address",
    cases: [
      [
        slaacIssues("address", "fd00::1/80"),
        'address: got "fd00::1/80", where hosts choose their own address; expected a prefix of /64',
      ],
      [
        slaacIssues("address", "10.0.0.1/24"),
        'address: got "10.0.0.1/24"; expected IPv6 such as fd00::1/64',
      ],
    ],
  },
];
