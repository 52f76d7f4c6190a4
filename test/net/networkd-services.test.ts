import type { NetworkServices } from "../../net/dnsmasq";
import { hostBridgeIssues } from "../../net/host-bridge";
import { networkdServicesIssues } from "../../net/networkd-services";

const services: NetworkServices = {
  server: "networkd",
  ranges: [{ from: "10.10.0.20", to: "10.10.0.119" }],
  reservations: [{ mac: "bc:24:11:00:00:01", address: "10.10.0.200", name: "web" }],
  options: [{ option: "dns-server", values: ["1.1.1.1", "9.9.9.9"] }],
  domain: "lan.example.net",
};
const issues = (change: Partial<NetworkServices>) =>
  networkdServicesIssues("services", { ...services, ...change }, ["10.10.0.1/24", "fd00::1/64"]);

test("a range with name servers, reservations and a domain has no issues", () => {
  expect(issues({})).toEqual([]);
});

test.each<[string, Partial<NetworkServices>, string[]]>([
  ["no range", { ranges: [] }, ["services.ranges: 0 with networkd; expected one"]],
  [
    "two ranges",
    { ranges: [...(services.ranges ?? []), { from: "10.10.0.130", to: "10.10.0.140" }] },
    ["services.ranges: 2 with networkd; expected one"],
  ],
  [
    "a range outside",
    { ranges: [{ from: "10.10.0.20", to: "10.10.1.9" }] },
    ['services.ranges[0].to: got "10.10.1.9"; expected a host in 10.10.0.0/24'],
  ],
  [
    "no name servers",
    { options: [] },
    [
      "services.options: no dns-server with networkd, which answers no DNS queries; expected the name servers that clients are to ask",
    ],
  ],
  [
    "a name server by name",
    { options: [{ option: "dns-server", values: ["1.1.1.1", "dns"] }] },
    ['services.options[0].values[1]: got "dns"; expected an IP address, not a name'],
  ],
  [
    "an option that it does not hand out",
    { options: [{ option: "mtu", values: ["1400"] }, ...(services.options ?? [])] },
    ['services.options[0]: "mtu" with networkd; expected dns-server once, or dnsmasq'],
  ],
  [
    "servers to ask",
    { upstreams: ["9.9.9.9"] },
    [
      "services.upstreams: given with networkd, which answers no DNS queries; expected option dns-server in place of it",
    ],
  ],
  [
    "advertising",
    { advertise: true },
    ["services.advertise: given with networkd; expected dnsmasq"],
  ],
  [
    "an IPv6 reservation",
    {
      reservations: [{ mac: "bc:24:11:00:00:01", address: "10.10.0.200", address6: "fd00::2" }],
    },
    [
      "services.reservations[0].address6: systemd-networkd serves no DHCPv6; expected IPv4 alone, or dnsmasq",
    ],
  ],
  [
    "a lease time that is too short",
    { leaseTime: 59 },
    ["services.leaseTime: got 59; expected an integer from 60 to 31536000 seconds"],
  ],
  [
    "a key of another kind",
    { domain: 5 as unknown as string },
    ["services.domain: got 5; expected text"],
  ],
])("systemd-networkd with %s is refused by path, fact and expectation", (_, change, expected) => {
  expect(issues(change)).toEqual(expected);
});

test.each<[string, NetworkServices, string[]]>([
  ["systemd-networkd", services, []],
  ["dnsmasq, for which other rules hold", { ...services, server: "dnsmasq", ranges: [] }, []],
  [
    "systemd-networkd without name servers",
    { ...services, options: [] },
    [
      "services.options: no dns-server with networkd, which answers no DNS queries; expected the name servers that clients are to ask",
    ],
  ],
  [
    "a server of another kind",
    { ...services, server: "kea" as "dnsmasq" },
    ['services.server: got "kea"; expected dnsmasq, networkd'],
  ],
])("a bridge with %s is held against what serves it", (_, served, expected) => {
  const bridge = { bridgeName: "virbr0", addresses: ["10.10.0.1/24"], services: served };

  expect(hostBridgeIssues(bridge)).toEqual(expected);
});
