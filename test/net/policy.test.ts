import type { FirewallPolicy } from "../../net/policy";
import { policyIssues } from "../../net/policy-issues";
import { homePolicy } from "../home";

type Row = [change: Partial<FirewallPolicy>, issue: string];

test("a home router's policy has no issues", () => {
  expect(policyIssues(homePolicy)).toEqual([]);
});

const zones: Row[] = [
  [
    { zones: [...homePolicy.zones, { name: "lan", interfaces: ["x0"] }] },
    'zones[3].name: "lan" is declared twice; expected one zone of that name',
  ],
  [
    { zones: [...homePolicy.zones, { name: "router", interfaces: ["x0"] }] },
    'zones[3].name: "router" is reserved; expected another name',
  ],
  [
    { zones: [...homePolicy.zones, { name: "map", interfaces: ["x0"] }] },
    'zones[3].name: "map" is a reserved name; expected another name',
  ],
  [
    { zones: [...homePolicy.zones, { name: "Web", interfaces: ["x0"] }] },
    'zones[3].name: got "Web"; expected ^[a-z][a-z0-9-]{0,11}$',
  ],
  [
    { zones: [...homePolicy.zones, { name: "a$(id)", interfaces: ["x0"] }] },
    'zones[3].name: got "a$(id)"; expected ^[a-z][a-z0-9-]{0,11}$',
  ],
  [
    { zones: [...homePolicy.zones, { name: "x", interfaces: ["opt1"] }] },
    'zones[3].interfaces[0]: "opt1" is already in zone "lan"; expected one zone',
  ],
  [
    { zones: [...homePolicy.zones, { name: "x", interfaces: [] }] },
    "zones[3].interfaces: empty; expected at least one interface name",
  ],
  [
    { zones: [...homePolicy.zones, { name: "x" }] },
    "zones[3]: neither interfaces nor addresses; expected at least one of them",
  ],
  [
    { zones: [...homePolicy.zones, { name: "x", interfaces: ["sixteen-bytes-ok"] }] },
    'zones[3].interfaces[0]: "sixteen-bytes-ok" is 16 bytes long; expected at most 15 bytes',
  ],
  [
    { zones: [...homePolicy.zones, { name: "x", addresses: ["10.0.0.5/24"] }] },
    'zones[3].addresses[0]: got "10.0.0.5/24", with host bits set; expected 10.0.0.0/24',
  ],
  [
    {
      zones: [
        ...homePolicy.zones,
        { name: "x", addresses: ["10.0.0.0/8"] },
        { name: "y", addresses: ["10.1.0.0/16"] },
      ],
    },
    'zones[4].addresses[0]: 10.1.0.0/16 overlaps zones[3].addresses[0] 10.0.0.0/8 of zone "x"; expected networks apart',
  ],
];

const management: Row[] = [
  [
    { management: { interface: "vm0", ports: [] } },
    "management.ports: empty; expected at least one port, or nobody could get in",
  ],
  [
    { management: { interface: "vm0", ports: [1.5] } },
    "management.ports[0]: got 1.5; expected an integer from 1 to 65535",
  ],
  [
    { management: { interface: "vm0", sources: [] } },
    "management.sources: empty; expected at least one network, or nobody could get in",
  ],
  [
    { management: { interface: "vm0", sources: ["0.0.0.0/0"] } },
    'management.sources[0]: got "0.0.0.0/0", every address there is; expected no list at all to mean that',
  ],
  [
    { management: { interface: 'vm0" accept' } },
    'management.interface: got "vm0\\" accept"; expected an interface name, ^[a-z][a-z0-9._-]*$, of at most 15 bytes',
  ],
];

const sets: Row[] = [
  [{ sets: [{ name: "a" }] }, "sets[0]: empty; expected addresses, sets or a timeout"],
  [
    { sets: [{ name: "a", addresses: ["localhost"] }] },
    'sets[0].addresses[0]: got "localhost"; expected an IP address, not a name',
  ],
  [
    { sets: [{ name: "a", addresses: ["::ffff:10.0.0.1"] }] },
    'sets[0].addresses[0]: got "::ffff:10.0.0.1", an IPv4-mapped address; expected the IPv4 form 10.0.0.1',
  ],
  [
    { sets: [{ name: "a", addresses: ["10.0.0.1"], sets: ["a"] }] },
    'sets[0].sets[0]: "a" contains "a"; expected no circle',
  ],
  [
    { sets: [{ name: "a", addresses: ["10.0.0.1"], timeout: 60 }] },
    "sets[0]: has members and a timeout; expected one of the two",
  ],
  [
    {
      sets: [
        { name: "a", timeout: 60 },
        { name: "b", sets: ["a"], addresses: ["10.0.0.1"] },
      ],
    },
    'sets[1].sets[0]: "a" fills at run time; expected a set without timeout',
  ],
];

test.each([...zones, ...management, ...sets])(
  "a policy with %j is refused by path, fact and expectation",
  (change, issue) => {
    expect(policyIssues({ ...homePolicy, ...change })).toEqual([issue]);
  },
);
