import type { AddressPlan, PlannedGuest, PlannedNetwork } from "../../net/address-plan";
import { allocatePlan } from "../../net/address-allocation";
import { planIssues } from "../../net/address-plan-issues";
import { natBridge, routedGuests, singleAddress } from "./plans";

const guests = (plan: AddressPlan) =>
  (plan.networks ?? []).flatMap((network) =>
    (network.guests ?? []).map(({ name, address, address6 }) => [name, address, address6]),
  );

test("a rented server, a bridge with NAT and routed guests have fitting addresses", () => {
  expect([singleAddress, natBridge, routedGuests].flatMap((plan) => planIssues(plan))).toEqual([]);
});

test("guest 100 gets the first free address, and counting goes on past .254", () => {
  expect(guests(allocatePlan(routedGuests))).toEqual([
    ["one", "10.254.254.2", "2001:db8:8:5688::1:2"],
    ["two", "10.254.254.3", "2001:db8:8:5688::1:3"],
    ["late", "10.254.255.1", "2001:db8:8:5688::1:ff"],
  ]);
});

test("a network without addresses is cut from the pools, by the number of its bridge", () => {
  const pools = [
    { network: "10.10.0.0/16", prefix: 24 },
    { network: "fd00:10::/48", prefix: 64 },
  ];
  const plan = { pools, networks: [{ name: "vmbr0" }, { name: "vmbr7", guests: [{ name: "a" }] }] };
  expect(allocatePlan(plan).networks?.map(({ addresses }) => addresses)).toEqual([
    ["10.10.0.1/24", "fd00:10::1/64"],
    ["10.10.7.1/24", "fd00:10:0:7::1/64"],
  ]);
  expect(planIssues(plan)).toEqual([]);
});

const bridge = singleAddress.networks?.[0] as PlannedNetwork;
const withNetwork = (change: Partial<PlannedNetwork>): AddressPlan => ({
  ...singleAddress,
  networks: [{ ...bridge, ...change }],
});
test("guests may have a part of the uplink's IPv6 prefix", () => {
  const guest = { name: "a", address6: "2001:db8:8:5688:1::5" };
  const part = { name: "vmbr2", addresses: ["2001:db8:8:5688:1::1/80"], guests: [guest] };

  expect(planIssues({ ...singleAddress, networks: [bridge, part] })).toEqual([]);
});

const withGuest = (guest: PlannedGuest) =>
  withNetwork({ guests: [...(bridge.guests ?? []), guest] });
const beside = (network: PlannedNetwork): AddressPlan => ({
  ...singleAddress,
  networks: [bridge, network],
});

test.each<[string, AddressPlan, string]>([
  [
    "two networks",
    beside({ name: "vmbr2", addresses: ["192.168.0.253/25"] }),
    "plan.networks[1].addresses[0]: 192.168.0.253/25 overlaps plan.networks[0].addresses[0] 192.168.0.1/24; expected networks apart",
  ],
  [
    "a network and a VPN",
    beside({ name: "vmbr2", addresses: ["10.0.0.1/8"] }),
    "plan.foreign[0].network: 10.8.0.0/24 overlaps plan.networks[1].addresses[0] 10.0.0.1/8; expected networks apart",
  ],
  [
    "a network and the uplink's prefix",
    beside({ name: "vmbr2", addresses: ["2001:db8:8:5688::5:1/64"] }),
    "plan.uplinks[0].addresses[1]: 2001:db8:8:5688::2/64 overlaps plan.networks[1].addresses[0] 2001:db8:8:5688::5:1/64; expected networks apart",
  ],
  [
    "a part of the uplink's prefix and the machine in it",
    beside({ name: "vmbr2", addresses: ["2001:db8:8:5688::5:1/80"] }),
    "plan.uplinks[0].addresses[1]: 2001:db8:8:5688::2/64 overlaps plan.networks[1].addresses[0] 2001:db8:8:5688::5:1/80; expected networks apart",
  ],
  [
    "a part of the uplink's IPv4 network",
    beside({ name: "vmbr2", addresses: ["203.0.113.129/25"] }),
    "plan.uplinks[0].addresses[0]: 203.0.113.5/24 overlaps plan.networks[1].addresses[0] 203.0.113.129/25; expected networks apart",
  ],
  [
    "a routed network and a VPN within it",
    beside({ name: "tap", routed: true, addresses: ["10.8.0.1/22"] }),
    "plan.foreign[0].network: 10.8.0.0/24 overlaps plan.networks[1].addresses[0] 10.8.0.1/22; expected networks apart",
  ],
  [
    "a routed guest and the uplink's router",
    beside({
      name: "tap",
      routed: true,
      addresses: ["203.0.113.65/26"],
      guests: [{ name: "a", address: "203.0.113.65" }],
    }),
    "plan.networks[1].guests[0].address: 203.0.113.65 is the same as plan.networks[1].addresses[0]; expected an address of its own",
  ],
  [
    "an automatic network and one that is given",
    {
      pools: [{ network: "10.10.0.0/16", prefix: 24 }],
      networks: [{ name: "lan", addresses: ["10.10.5.1/24"] }, { name: "vmbr5" }],
    },
    "plan.networks[1].addresses[0]: 10.10.5.1/24 overlaps plan.networks[0].addresses[0] 10.10.5.1/24; expected a network of its own such as 10.10.0.1/24",
  ],
  [
    "a guest and the router",
    withGuest({ name: "x", address: "192.168.0.1" }),
    "plan.networks[0].guests[2].address: 192.168.0.1 is the same as plan.networks[0].addresses[0]; expected an address of its own",
  ],
  [
    "two guests with one address",
    withGuest({ name: "x", address: "192.168.0.10" }),
    "plan.networks[0].guests[0].address: 192.168.0.10 is the same as plan.networks[0].guests[2].address; expected an address of its own",
  ],
  [
    "two guests with one automatic address",
    withNetwork({
      guests: [
        { name: "x", vmId: 105 },
        { name: "y", address: "192.168.0.7" },
      ],
    }),
    "plan.networks[0].guests[1].address: 192.168.0.7 is the same as plan.networks[0].guests[0].address; expected an address of its own",
  ],
  [
    "an automatic address that is given above",
    withNetwork({
      guests: [
        { name: "x", address: "192.168.0.7" },
        { name: "y", vmId: 105 },
      ],
    }),
    "plan.networks[0].guests[1].address: 192.168.0.7, the default, is the same as plan.networks[0].guests[0].address; expected an address of its own such as 192.168.0.2",
  ],
  [
    "more guests than addresses",
    {
      networks: [
        {
          name: "vmbr1",
          addresses: ["10.0.0.1/30"],
          guests: [
            { name: "a", vmId: 100 },
            { name: "b", vmId: 101 },
          ],
        },
      ],
    },
    'plan.networks[0].guests: 2 without address; expected at most 1, as many as "vmbr1" has left',
  ],
  [
    "a guest elsewhere",
    withGuest({ name: "x", address: "192.168.1.10" }),
    "plan.networks[0].guests[2].address: 192.168.1.10 is outside of 192.168.0.0/24; expected a host in it",
  ],
  [
    "a guest in a family that is not there",
    withGuest({ name: "x", address: "192.168.0.11", address6: "fd00::5" }),
    "plan.networks[0].guests[2].address6: fd00::5 is in a network without IPv6; expected an IPv6 address of the network first",
  ],
  [
    "a guest on the broadcast address",
    withGuest({ name: "x", address: "192.168.0.255" }),
    "plan.networks[0].guests[2].address: 192.168.0.255 is the broadcast address of 192.168.0.0/24; expected a host's address",
  ],
  [
    "a routed guest on what it takes for its broadcast address",
    {
      networks: [
        {
          name: "tap",
          routed: true,
          addresses: ["10.254.254.1/23"],
          guests: [{ name: "x", address: "10.254.254.255" }],
        },
      ],
    },
    "plan.networks[0].guests[0].address: 10.254.254.255 is the broadcast address of 10.254.254.0/24; expected a host's address",
  ],
  [
    "two guests with one MAC",
    withGuest({ name: "x", address: "192.168.0.11", mac: "BC:24:11:00:00:10" }),
    'plan.networks[0].guests[2].mac: "BC:24:11:00:00:10" is the same as plan.networks[0].guests[0].mac; expected a MAC of its own',
  ],
  [
    "two guests with one name",
    withGuest({ name: "web", address: "192.168.0.11" }),
    'plan.networks[0].guests[2].name: "web" is the same as plan.networks[0].guests[0].name "web"; expected another name',
  ],
  [
    "a network named as the uplink",
    beside({ name: "eno1", addresses: ["192.168.5.1/24"] }),
    'plan.uplinks[0].name: "eno1" is the same as plan.networks[1].name "eno1"; expected another name',
  ],
])("%s is refused by both paths", (_, plan, issue) => {
  expect(planIssues(plan)).toEqual([issue]);
});

test("a pool that is too small for its networks says how many it holds", () => {
  const networks = ["vmbr0", "vmbr1", "vmbr2"].map((name) => ({ name }));
  expect(planIssues({ pools: [{ network: "10.10.0.0/23", prefix: 24 }], networks })).toEqual([
    "plan.networks: 3 without addresses; expected at most 2, as many as pools[0] 10.10.0.0/23 holds",
    "plan.networks[2].addresses[0]: 10.10.0.1/24 overlaps plan.networks[0].addresses[0] 10.10.0.1/24; expected networks apart",
  ]);
});
