import { expectationIssues } from "../../net/expect";
import { policy } from "../../stacks/host-network";
import { configured, dmz, inside, issues } from "./host-config";

const PUBLIC = "203.0.113.10";

test.each<[string, Record<string, unknown>, string[]]>([
  [
    "an isolated network with a pool, and one without an address of the host",
    {
      networks: [{ ...inside, mode: "isolated", addresses: [] }, { name: "vmbr2" }],
      forwards: [],
      allow: [],
    },
    [
      'p:networks[0].mode: "isolated", yet the host has a part in it; expected nat, routed or open',
      'p:networks[1].mode: "nat" without an address of the host; expected one, or isolated',
      "p:networks[1].addresses: none, and no pool to take them from; expected an address with prefix",
    ],
  ],
  [
    "a network of an uplink's name after an isolated one",
    {
      networks: [
        { name: "vmbr9", mode: "isolated" },
        { ...dmz, name: "vmbr0" },
      ],
      forwards: [],
      allow: [],
    },
    [
      'p:uplinks[0].name: "vmbr0" is the same as p:networks[1].name "vmbr0"; expected another name',
      'p:networks[1].name: "vmbr0" is already in zone "uplink"; expected one zone',
    ],
  ],
])("%s is refused by key, fact and expectation", (_, change, expected) => {
  expect(issues(change)).toEqual(expected);
});

const modes = (mode: string) => ({
  networks: [
    { ...inside, mode },
    { name: "vmbr2", addresses: ["10.9.0.1/24"] },
    { name: "vmbr3", mode: "isolated" },
  ],
});

const routes = [{ destination: "0.0.0.0/0", interface: "vmbr0" }];

test.each([
  ["routed", "from vmbr1 192.168.0.200 to 198.51.100.7:443 -> accept, leaves as 192.168.0.200"],
  ["routed", `from vmbr2 to 198.51.100.7:443 -> accept, leaves as ${PUBLIC}`],
  ["routed", "from uplink to 192.168.0.200:443 -> reject"],
  ["routed", "from vmbr2 to 192.168.0.200:443 -> reject"],
  ["open", "from vmbr1 192.168.0.200 to 198.51.100.7:443 -> accept, leaves as 192.168.0.200"],
  ["open", "from uplink to 192.168.0.200:443 -> accept"],
  ["open", "from vmbr2 to 192.168.0.200:443 -> accept"],
  ["open", "from uplink to 10.9.0.200:443 -> reject"],
  ["open", "from vmbr1 to router:22 -> reject"],
  ["nat", "from uplink to 192.168.0.200:443 -> reject"],
])("in a network that is %s: %s", (mode, expectation) => {
  expect(
    expectationIssues({ ...policy(configured(modes(mode)), "ndp-proxy"), routes }, [expectation]),
  ).toEqual([]);
});

test("the packet filter knows nothing of an isolated network", () => {
  expect(policy(configured(modes("nat")), "ndp-proxy").zones.map(({ name }) => name)).toEqual([
    "uplink",
    "vmbr1",
    "vmbr2",
  ]);
});
