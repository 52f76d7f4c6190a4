import { BridgeMode } from "../../net/bridge-mode";
import {
  bridgeMode,
  type HostBridgeArgs,
  hostBridgeIssues,
  hostBridgeMac,
} from "../../net/host-bridge";
import { type RoutedGuest, routedGuestIssues } from "../../net/routed-guest";

const services = {
  ranges: [{ from: "192.168.0.100", to: "192.168.0.150" }],
  reservations: [{ mac: "bc:24:11:00:00:01", address: "192.168.0.200", name: "mail" }],
};
const bridge: HostBridgeArgs = {
  bridgeName: "vmbr1",
  addresses: ["192.168.0.1/24", "fd93:7a1c:8:5688::1/64"],
  services,
};

test.each<[string, HostBridgeArgs]>([
  ["isolated", { bridgeName: "vmbr9999" }],
  [
    "with ports, VLANs and big packets",
    { bridgeName: "vmbr0", ports: ["eno2"], vlanAware: true, mtu: 9000 },
  ],
  [
    "with an address of its own that looks for loops",
    { bridgeName: "vmbr0", macAddress: "68:05:CA:00:01:00", stp: true, forwardDelay: 2 },
  ],
  ["with addresses and services", bridge],
  ["of another name", { bridgeName: "virbr0" }],
  ["with services of both families", { ...bridge, services: { ...services, advertise: true } }],
  [
    "with a link-local address of its own choice",
    { ...bridge, addresses: ["192.168.0.1/24", "fe80::1/64"] },
  ],
])("a bridge %s has no issues", (_, args) => {
  expect(hostBridgeIssues(args)).toEqual([]);
});

test.each<[string, Partial<HostBridgeArgs>, string]>([
  [
    "a name of another form",
    { bridgeName: "br-lan" },
    'bridgeName: got "br-lan"; expected br and a number up to 9999, after up to four letters, such as vmbr1',
  ],
  [
    "a name with a leading zero",
    { bridgeName: "vmbr01" },
    'bridgeName: got "vmbr01"; expected br and a number up to 9999, after up to four letters, such as vmbr1',
  ],
  [
    "a port that is no name",
    { ports: ["eno2", "eno3;id"] },
    'ports[1]: got "eno3;id"; expected an interface name, ^[a-z][a-z0-9._-]*$, of at most 15 bytes',
  ],
  [
    "a MAC of a group",
    { macAddress: "01:00:5e:00:00:01" },
    'macAddress: got "01:00:5e:00:00:01"; expected a unicast MAC such as 68:05:ca:00:01:00',
  ],
  [
    "spanning tree and no time for it",
    { stp: true },
    "forwardDelay: 0 seconds with stp; expected 2 to 30 seconds",
  ],
  [
    "too long a delay",
    { forwardDelay: 31 },
    "forwardDelay: got 31; expected an integer from 0 to 30 seconds",
  ],
  [
    "an MTU that is too small",
    { mtu: 60 },
    "mtu: got 60; expected an integer from 68 to 65535 bytes",
  ],
  [
    "an MTU that is too small for IPv6",
    { mtu: 1279 },
    "mtu: got 1279 on a link with IPv6; expected at least 1280 bytes",
  ],
  [
    "two IPv4 addresses",
    { addresses: ["192.168.0.1/24", "192.168.1.1/24"] },
    "addresses: more than one of IPv4; expected one of each family",
  ],
  [
    "two IPv6 addresses",
    { addresses: ["fd00::1/64", "fd01::1/64"], services: undefined },
    "addresses: more than one of IPv6; expected one of each family",
  ],
  [
    "an address without prefix",
    { addresses: ["192.168.0.1"] },
    'addresses[0]: got "192.168.0.1", without its prefix length; expected an address with prefix such as 10.0.0.1/24',
  ],
  [
    "the network's own address",
    { addresses: ["192.168.0.0/24"] },
    'addresses[0]: got "192.168.0.0/24", the network address of 192.168.0.0/24; expected a host\'s address',
  ],
  [
    "services without an address",
    { addresses: [], services: {} },
    'mode: "nat" without an address of the host; expected one, or isolated',
  ],
  [
    "isolation and the host on it",
    { mode: "isolated" },
    'mode: "isolated", yet the host has a part in it; expected nat, routed or open',
  ],
  [
    "a mode that there is not",
    { mode: "bridged" as BridgeMode },
    'mode: got "bridged"; expected isolated, nat, routed or open',
  ],
  [
    "advertising without IPv6",
    { addresses: ["192.168.0.1/24"], services: { ...services, advertise: true } },
    "services.advertise: no IPv6 network to advertise; expected an IPv6 address beside it",
  ],
  [
    "a range outside",
    { services: { ranges: [{ from: "192.168.0.100", to: "192.168.1.9" }] } },
    'services.ranges[0].to: got "192.168.1.9"; expected a host in 192.168.0.0/24',
  ],
  [
    "a reservation outside",
    { services: { reservations: [{ mac: "bc:24:11:00:00:01", address: "10.0.0.5" }] } },
    'services.reservations[0].address: got "10.0.0.5"; expected a host in 192.168.0.0/24',
  ],
  [
    "a lease time that is too short",
    { services: { ...services, leaseTime: 60 } },
    "services.leaseTime: got 60; expected an integer from 120 to 31536000 seconds",
  ],
  [
    "itself as name server",
    { services: { ...services, upstreams: ["192.168.0.1"] } },
    'services.upstreams[0]: "192.168.0.1" is our own address; expected another server, or it would ask itself',
  ],
])("a bridge with %s is refused by path, fact and expectation", (_, change, issue) => {
  expect(hostBridgeIssues({ ...bridge, ...change })).toEqual([issue]);
});

test("what is wrong in several places is reported at once, services last and only on good addresses", () => {
  const broken = { ...bridge, bridgeName: "guests", mtu: 1, services: { leaseTime: 1 } };

  expect(hostBridgeIssues(broken).map((line) => line.split(":")[0])).toEqual([
    "bridgeName",
    "mtu",
    "services.leaseTime",
  ]);
  expect(
    hostBridgeIssues({ ...broken, addresses: ["10.1"] }).map((line) => line.split(":")[0]),
  ).toEqual(["bridgeName", "mtu", "addresses[0]"]);
});

test("its MAC is the declared one, that of its first port, or one that only its names decide", () => {
  const macs = [
    hostBridgeMac("pve", { bridgeName: "vmbr1", ports: ["eno2"], macAddress: "68:05:CA:00:01:00" }),
    hostBridgeMac("pve", { bridgeName: "vmbr1", ports: ["eno2", "eno3"] }),
    hostBridgeMac("pve", { bridgeName: "vmbr1" }),
    hostBridgeMac("pve", { bridgeName: "vmbr1", mtu: 9000, addresses: ["10.0.0.1/24"] }),
    hostBridgeMac("pve", { bridgeName: "vmbr2" }),
    hostBridgeMac("other", { bridgeName: "vmbr1" }),
  ];

  expect(macs.slice(0, 2)).toEqual(["68:05:ca:00:01:00", "eno2"]);
  expect(macs[2]).toMatch(/^02:[0-9a-f:]{14}$/);
  expect(macs[3]).toBe(macs[2]);
  expect(new Set(macs.slice(2)).size).toBe(3);
});

test("a bridge is isolated unless the host has a part in it", () => {
  const modes = [
    { bridgeName: "vmbr1", ports: ["eno2"] },
    { bridgeName: "vmbr1", addresses: ["10.0.0.1/24"] },
    { bridgeName: "vmbr1", addresses: ["10.0.0.1/24"], mode: BridgeMode.Open },
  ].map(bridgeMode);

  expect(modes).toEqual(["isolated", "nat", "open"]);
});

test.each<[string, RoutedGuest[], string]>([
  [
    "a routed guest without an address",
    [{ address: "203.0.113.50/32" }],
    'routedGuests[0].address: got "203.0.113.50/32"; expected an address without prefix',
  ],
  [
    "one address of two routed guests",
    [{ address: "2001:db8::5" }, { address: "2001:DB8::5", proxyOn: "vmbr0" }],
    "routedGuests[1].address: 2001:DB8::5 is declared twice; expected it once",
  ],
  [
    "a routed guest on no interface",
    [{ address: "203.0.113.50", proxyOn: "eth 0" }],
    'routedGuests[0].proxyOn: got "eth 0"; expected an interface name, ^[a-z][a-z0-9._-]*$, of at most 15 bytes',
  ],
])("%s is refused", (_, guests, message) => {
  expect(routedGuestIssues("routedGuests", guests)).toEqual([message]);
});
