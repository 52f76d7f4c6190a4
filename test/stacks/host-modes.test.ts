import { expectationIssues } from "../../net/expect";
import { heldGuests } from "../../stacks/host-held";
import { policy } from "../../stacks/host-network";
import { configured, dmz, inside, issues, mail, web } from "./host-config";

const third = {
  name: "third",
  mac: "bc:24:11:00:00:03",
  address: "192.168.0.201",
  address6: undefined,
};
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
  [
    "a guest of an id twice, and too short a delay",
    {
      networks: [
        {
          ...inside,
          stp: true,
          guests: [mail, { ...web, vmId: 101 }, { ...web, ...third, vmId: 101 }],
        },
        dmz,
      ],
    },
    [
      "p:networks[0].forwardDelay: 0 seconds with stp; expected 2 to 30 seconds",
      "p:networks[0].guests[2].vmId: the device of p:networks[0].guests[1]; expected another device",
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

test("guests with an id are held to what they have, and to the network where they choose", () => {
  const held = (change: object) =>
    configured({ networks: [{ ...inside, ...change }] }).networks.flatMap(heldGuests);
  const guests = [mail, { ...web, vmId: 101, nic: 1, routed: ["203.0.113.50"] }];
  const own = [web.address, web.address6, "203.0.113.50"];

  expect(held({ guests })).toEqual([
    {
      index: 1,
      guest: { vmId: 101, device: 1, mac: web.mac, addresses: [...own, "fd93:7a1c:8:5688::/64"] },
    },
  ]);
  expect(held({ guests, advertise: false })[0]?.guest.addresses).toEqual(own);
});
