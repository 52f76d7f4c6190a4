import { bridgeMode, hostBridgeIssues } from "../../net/host-bridge";
import { uplinkIssues } from "../../net/host-uplink";

const uplink = {
  ports: ["eno1"],
  addresses: ["192.0.2.10/24", "2001:db8::10/64"],
  gateways: ["192.0.2.1", "fe80::1"],
  allowed: true,
};

test.each([
  ["addresses and routers of both families", uplink],
  [
    "a lease, and IPv6 of its own",
    { ...uplink, addresses: ["2001:db8::10/64"], gateways: [], dhcp: true },
  ],
  [
    "a router that is not in the network of the address",
    { ...uplink, addresses: ["192.0.2.10/32"], gateways: ["198.51.100.1"] },
  ],
  ["a port that is no uplink", { ports: ["eno2"], addresses: ["192.168.0.1/24"], allowed: false }],
])("a bridge with %s has no issues", (_, args) => {
  expect(uplinkIssues(args)).toEqual([]);
});

test.each([
  [
    "a port without permission",
    { allowed: false },
    'allowManagementChange: false, yet gateways for ports ["eno1"]; expected true, or no uplink',
  ],
  [
    "a lease without permission",
    { addresses: [], gateways: [], dhcp: true, allowed: false },
    'allowManagementChange: false, yet dhcp for ports ["eno1"]; expected true, or no uplink',
  ],
  [
    "no port",
    { ports: [] },
    "gateways: no ports to reach the outside by; expected the card that leads there in ports",
  ],
  [
    "a router and no address of its family",
    { addresses: ["192.0.2.10/24"] },
    'gateways[1]: "fe80::1" without an IPv6 address; expected one in addresses',
  ],
  [
    "itself as its router",
    { gateways: ["192.0.2.10"] },
    'gateways[0]: "192.0.2.10" is our own address; expected the address of a router',
  ],
  [
    "two routers of a family",
    { gateways: ["192.0.2.1", "192.0.2.2"] },
    "gateways: more than one of IPv4; expected one of each family",
  ],
  [
    "a lease and an address",
    { addresses: ["192.0.2.10/24"], gateways: [], dhcp: true },
    'dhcp: true beside addresses[0] "192.0.2.10/24"; expected one of them',
  ],
  [
    "a lease and a router",
    { addresses: [], gateways: ["192.0.2.1"], dhcp: true },
    'gateways[0]: "192.0.2.1" beside dhcp; expected that of the lease',
  ],
  [
    "a router that is no address",
    { gateways: ["router"] },
    'gateways[0]: got "router"; expected an IP address, not a name',
  ],
])("an uplink with %s is refused with both sides named", (_, change, issue) => {
  expect(uplinkIssues({ ...uplink, ...change })).toEqual([issue]);
});

test("ports that a bridge can not have are refused by what they are", () => {
  expect(hostBridgeIssues({ bridgeName: "vmbr0", ports: ["eno1", "wlp2s0", "eno1"] })).toEqual([
    'ports[1]: "wlp2s0" is wireless; expected a cable\'s card; a radio is routed to',
    'ports[2]: "eno1" is declared twice; expected it once',
  ]);
});

test("what the host goes out by is open, and never isolated", () => {
  const { ports, addresses, gateways } = uplink;
  const leased = { bridgeName: "vmbr0", ports, dhcp: true };

  expect(bridgeMode(leased)).toBe("open");
  expect(bridgeMode({ bridgeName: "vmbr0", ports, addresses, gateways })).toBe("open");
  expect(hostBridgeIssues({ ...leased, mode: "isolated" })).toEqual([
    'mode: "isolated", yet the host has a part in it; expected nat, routed or open',
  ]);
});
