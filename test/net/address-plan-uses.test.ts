import type { AddressPlan, PlannedNetwork } from "../../net/address-plan";
import { planIssues } from "../../net/address-plan-issues";
import { routedGuests, singleAddress } from "./plans";

const bridge = singleAddress.networks?.[0] as PlannedNetwork;
const withNetwork = (change: Partial<PlannedNetwork>): AddressPlan => ({
  ...singleAddress,
  networks: [{ ...bridge, ...change }],
});
const forward = (address: string): AddressPlan => ({
  ...singleAddress,
  forwards: [{ name: "x", address }],
});

test.each<[string, AddressPlan, string]>([
  [
    "a DHCP range over a guest",
    withNetwork({
      ranges: [{ from: "192.168.0.100", to: "192.168.0.200" }],
      guests: [
        { name: "known", mac: "BC:24:11:00:00:10", address: "192.168.0.150" },
        { name: "fixed", address: "192.168.0.200" },
      ],
    }),
    "plan.networks[0].ranges[0]: 192.168.0.100-192.168.0.200 holds plan.networks[0].guests[1].address 192.168.0.200; expected a range without it",
  ],
  [
    "a DHCP range over the router",
    withNetwork({ guests: [], ranges: [{ from: "192.168.0.1", to: "192.168.0.9" }] }),
    "plan.networks[0].ranges[0]: 192.168.0.1-192.168.0.9 holds plan.networks[0].addresses[0] 192.168.0.1; expected a range without it",
  ],
  [
    "a DHCP range backwards",
    withNetwork({ ranges: [{ from: "192.168.0.150", to: "192.168.0.100" }] }),
    "plan.networks[0].ranges[0]: 192.168.0.150 comes after 192.168.0.100; expected from not above to",
  ],
  [
    "a DHCP range elsewhere",
    {
      ...withNetwork({ guests: [], ranges: [{ from: "192.168.0.100", to: "192.168.1.10" }] }),
      forwards: [],
    },
    "plan.networks[0].ranges[0].to: 192.168.1.10 is outside of 192.168.0.0/24; expected a host in it",
  ],
  [
    "a DHCP range with the broadcast address",
    {
      ...withNetwork({ guests: [], ranges: [{ from: "192.168.0.200", to: "192.168.0.255" }] }),
      forwards: [],
    },
    "plan.networks[0].ranges[0].to: 192.168.0.255 is the broadcast address of 192.168.0.0/24; expected a host's address",
  ],
  [
    "two DHCP ranges",
    withNetwork({
      ranges: [
        { from: "192.168.0.100", to: "192.168.0.150" },
        { from: "192.168.0.150", to: "192.168.0.160" },
      ],
    }),
    "plan.networks[0].ranges[1]: 192.168.0.150-192.168.0.160 overlaps plan.networks[0].ranges[0] 192.168.0.100-192.168.0.150; expected ranges apart",
  ],
  [
    "a name server that is ourselves",
    { ...singleAddress, nameServers: ["192.168.0.1"] },
    "plan.nameServers[0]: 192.168.0.1 is our own plan.networks[0].addresses[0], which would ask itself; expected another server",
  ],
  [
    "a forward to ourselves",
    forward("192.168.0.1"),
    "plan.forwards[0].address: 192.168.0.1 is our own plan.networks[0].addresses[0]; expected the address of a guest",
  ],
  [
    "a forward to the uplink's router",
    forward("203.0.113.1"),
    "plan.forwards[0].address: 203.0.113.1 is in plan.uplinks[0].addresses[0] 203.0.113.5/24; expected a host in 192.168.0.0/24",
  ],
  [
    "a forward into a VPN",
    forward("10.8.0.9"),
    "plan.forwards[0].address: 10.8.0.9 is in plan.foreign[0].network 10.8.0.0/24; expected a host in 192.168.0.0/24",
  ],
  [
    "a forward to nowhere",
    forward("192.168.7.9"),
    "plan.forwards[0].address: 192.168.7.9 is in no declared network; expected a host in 192.168.0.0/24",
  ],
  [
    "a forward in a family that is not there",
    forward("fd00::9"),
    "plan.forwards[0].address: fd00::9 is in no declared network; expected a host in an IPv6 network, which is to be declared first",
  ],
  [
    "a forward to whoever has the lease",
    forward("192.168.0.120"),
    "plan.forwards[0].address: 192.168.0.120 is in plan.networks[0].ranges[0] 192.168.0.100-192.168.0.150; expected an address outside of it, or one that is reserved",
  ],
  [
    "a forward to the broadcast address",
    forward("192.168.0.255"),
    "plan.forwards[0].address: 192.168.0.255 is the broadcast address of plan.networks[0].addresses[0]; expected the address of a guest",
  ],
  [
    "a forward to a routed address without a guest",
    { ...routedGuests, forwards: [{ name: "x", address: "10.254.254.9" }] },
    "plan.forwards[0].address: 10.254.254.9 is no guest of plan.networks[0].addresses[0] 10.254.254.1/23; expected one of its guests",
  ],
])("%s is refused by path, and by what is in its way", (_, plan, issue) => {
  expect(planIssues(plan)).toEqual([issue]);
});

test("every range within a wider one is refused", () => {
  const ranges = [
    { from: "192.168.0.20", to: "192.168.0.30" },
    { from: "192.168.0.10", to: "192.168.0.100" },
    { from: "192.168.0.50", to: "192.168.0.60" },
  ];
  expect(planIssues({ networks: [{ ...bridge, guests: [], ranges }] })).toEqual([
    "plan.networks[0].ranges[0]: 192.168.0.20-192.168.0.30 overlaps plan.networks[0].ranges[1] 192.168.0.10-192.168.0.100; expected ranges apart",
    "plan.networks[0].ranges[2]: 192.168.0.50-192.168.0.60 overlaps plan.networks[0].ranges[1] 192.168.0.10-192.168.0.100; expected ranges apart",
  ]);
});

test("a forward may lead to any address that is not handed out", () => {
  expect(["192.168.0.99", "192.168.0.151"].flatMap((one) => planIssues(forward(one)))).toEqual([]);
  expect(
    ["192.168.0.100", "192.168.0.150"].flatMap((one) => planIssues(forward(one))),
  ).toHaveLength(2);
});

test("in the midst of a shared network .255 and .0 are hosts like any other", () => {
  const guests = ["10.0.0.255", "10.0.1.0"].map((address, i) => ({ name: `g${i}`, address }));
  expect(planIssues({ networks: [{ name: "lan", addresses: ["10.0.0.1/23"], guests }] })).toEqual(
    [],
  );
});
