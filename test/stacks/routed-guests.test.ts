import { expectationIssues } from "../../net/expect";
import { schema } from "../../stacks/routed-guests-config";
import { configIssues } from "../../stacks/routed-guests-issues";
import { routedNetwork } from "../../stacks/routed-guests-network";
import { policy } from "../../stacks/routed-guests-policy";

const app = { name: "app", vmId: 100, mac: "bc:24:11:00:00:01" };
const web = { name: "web", vmId: 101, mac: "bc:24:11:00:00:02" };
const valid = {
  node: { name: "pve", address: "10.254.254.250" },
  uplinks: [{ name: "vmbr0", addresses: ["10.254.254.250/24", "2001:db8:113::10/64"] }],
  guests: [app, web],
  allow: [{ from: "uplink", to: "guests", protocol: "tcp", ports: [443] }],
};
const configured = (change: Record<string, unknown>) => schema.parse({ ...valid, ...change });
const issues = (change: Record<string, unknown>) => configIssues("p", configured(change));
const guests = (...list: object[]) => ({ guests: list });
const addresses = (change: Record<string, unknown>) =>
  routedNetwork(configured(change)).guests.map(({ address, address6 }) =>
    address6 === undefined ? address : `${address} ${address6}`,
  );
/** Guests 100 and later. */
const many = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    name: `g${i}`,
    vmId: 100 + i,
    mac: `02:00:00:00:${(i >> 8).toString(16).padStart(2, "0")}:${(i & 255).toString(16).padStart(2, "0")}`,
  }));

test("guests without an address have the one that their id stands for, after the gateway", () => {
  expect(issues({})).toEqual([]);
  expect(addresses({})).toEqual(["10.254.254.2", "10.254.254.3"]);
  expect(addresses(guests(web))).toEqual(["10.254.254.3"]);
  expect(
    addresses({ routed: { addresses: ["10.254.254.1/24", "2001:db8:113::fe:1/112"] } }),
  ).toEqual(["10.254.254.2 2001:db8:113::fe:2", "10.254.254.3 2001:db8:113::fe:3"]);
});

test("addresses carry past .254, and neither .255 nor .0 is one", () => {
  const wide = { uplinks: [{ name: "vmbr0" }], routed: { addresses: ["10.254.254.1/23"] } };
  const change = { ...wide, node: { name: "pve", address: "192.0.2.10" }, guests: many(507) };
  const all = addresses(change);

  expect(issues(change)).toEqual([]);
  expect([all[0], all[252], all[253], all[506]]).toEqual([
    "10.254.254.2",
    "10.254.254.254",
    "10.254.255.1",
    "10.254.255.254",
  ]);
});

test("a network that is exhausted is an error that names both sides", () => {
  const list = (count: number) => ({ uplinks: [{ name: "vmbr0" }], guests: many(count), node });
  const node = { name: "pve", address: "192.0.2.10" };

  expect(issues(list(253))).toEqual([]);
  expect(issues(list(254))).toEqual([
    'p:guests: 254 without address; expected at most 253, as many as "guests" has left',
  ]);
});

test.each<[Record<string, unknown>, string]>([
  [
    guests(app, { ...web, vmId: 353 }),
    "p:guests[1].address: 10.254.254.2, the default, is the same as p:guests[0].address; expected an address of its own such as 10.254.254.3",
  ],
  [
    guests(app, { ...web, vmId: 100, address: "10.254.254.9" }),
    'p:guests[1].interface: "tap100i0" is declared twice; expected one guest on it',
  ],
  [
    guests(app, { ...web, mac: app.mac.toUpperCase() }),
    'p:guests[1].mac: "BC:24:11:00:00:01" is the same as p:guests[0].mac; expected a MAC of its own',
  ],
  [
    guests({ ...app, address: "10.254.254.250" }),
    "p:guests[0].address: 10.254.254.250 is the same as p:uplinks[0].addresses[0]; expected an address of its own",
  ],
  [
    guests({ ...app, address: "10.254.254.1" }),
    "p:guests[0].address: 10.254.254.1 is the same as p:routed.addresses[0]; expected an address of its own",
  ],
  [
    guests({ ...app, address: "10.254.253.9" }),
    "p:guests[0].address: 10.254.253.9 is outside of 10.254.254.0/24; expected a host in it",
  ],
  [
    guests({ ...app, address: "10.254.254.255" }),
    "p:guests[0].address: 10.254.254.255 is the broadcast address of 10.254.254.0/24; expected a host's address",
  ],
  [
    guests({ ...app, address6: "2001:db8:113::9" }),
    "p:guests[0].address6: 2001:db8:113::9 is in a network without IPv6; expected an IPv6 address of the network first",
  ],
  [
    { foreign: [{ name: "vpn", network: "10.254.0.0/16" }] },
    "p:foreign[0].network: 10.254.0.0/16 overlaps p:routed.addresses[0] 10.254.254.1/24; expected networks apart",
  ],
  [
    { routed: { bridge: "inside" } },
    'p:routed.bridge: got "inside"; expected br and a number up to 9999, after up to four letters, such as vmbr1',
  ],
  [
    { routed: { leaseTime: 60 } },
    "p:routed.leaseTime: got 60; expected an integer from 120 to 31536000 seconds",
  ],
  [
    { routed: { nameServers: ["10.254.254.1"] } },
    'p:routed.nameServers[0]: "10.254.254.1" is our own address; expected another server, or it would ask itself',
  ],
  [
    { allow: [{ from: "uplink", to: "guest" }] },
    'p:allow[0].to: unknown zone "guest"; expected guests, router, uplink',
  ],
])("%j is refused by its key", (change, message) => {
  expect(issues(change)).toEqual([message]);
});

// Guests that the uplink's network does not hold, so that routes decide.
const routed = {
  ...policy(
    configured({
      node: { name: "pve", address: "192.0.2.5" },
      uplinks: [{ name: "vmbr0", addresses: ["192.0.2.5/24"] }],
    }),
  ),
  guests: [],
  routes: [
    { destination: "10.254.254.2/32", interface: "tap100i0" },
    { destination: "0.0.0.0/0", interface: "vmbr0" },
  ],
};

test.each([
  "from guests 10.254.254.2 to 198.51.100.7:443 -> accept, leaves as 10.254.254.2",
  "from uplink to 10.254.254.2:443 -> accept, arrives at 10.254.254.2:443",
  "from uplink to 10.254.254.2:22 -> reject",
  "from guests 10.254.254.2 udp to router:53 -> accept",
  "from guests 10.254.254.2 to router:8006 -> reject",
  "from uplink to router:22 -> accept",
])("%s", (expectation) => {
  expect(expectationIssues(routed, [expectation])).toEqual([]);
});

test("a guest may send from its own addresses only, on its own interface", () => {
  const ct = { ...web, container: true, nic: 1 };

  expect(policy(configured(guests(app, ct))).guests).toEqual([
    { name: "app", interface: "tap100i0", mac: app.mac, addresses: ["10.254.254.2"] },
    { name: "web", interface: "veth101i1", mac: web.mac, addresses: ["10.254.254.3"] },
  ]);
});
