import { dmz, forward, inside, issues, mail, networks, web } from "./host-config";

test("a stack whose guests, forwards and networks fit together has no issues", () => {
  expect(issues({})).toEqual([]);
});

test.each<[string, Record<string, unknown>, string]>([
  [
    "outside of the network",
    networks({ pool: { from: "192.168.0.100", to: "192.168.1.9" } }),
    'p:networks[0].pool.to: got "192.168.1.9"; expected a host in 192.168.0.0/24',
  ],
  [
    "from its end to its beginning",
    networks({ pool: { from: "192.168.0.150", to: "192.168.0.100" } }),
    "p:networks[0].pool: 192.168.0.150 comes after 192.168.0.100; expected from not above to",
  ],
  [
    "over the host",
    networks({ pool: { from: "192.168.0.1", to: "192.168.0.150" } }),
    "p:networks[0].pool: holds 192.168.0.1, the server's own address; expected a range without it",
  ],
])("a pool %s is refused by its key, once", (_, change, issue) => {
  expect(issues(change)).toEqual([issue]);
});

test.each<[string, object[], string]>([
  [
    "outside of its network",
    [web, { ...mail, address: "192.168.1.200" }],
    'p:networks[0].guests[1].address: got "192.168.1.200"; expected a host in 192.168.0.0/24',
  ],
  [
    "outside of its IPv6 network",
    [{ ...web, address6: "fd93::1" }],
    'p:networks[0].guests[0].address6: got "fd93::1"; expected a host in fd93:7a1c:8:5688::/64',
  ],
  [
    "with the host's address",
    [web, { ...mail, address: "192.168.0.1" }],
    'p:networks[0].guests[1].address: "192.168.0.1" is our own address; expected another address',
  ],
  [
    "with the address of another",
    [web, { ...mail, address: web.address }],
    'p:networks[0].guests[1].address: "192.168.0.100" is the same as p:networks[0].guests[0].address; expected an address of its own',
  ],
  [
    "with the MAC of another",
    [web, { ...mail, mac: web.mac }],
    'p:networks[0].guests[1].mac: "bc:24:11:00:00:01" is the same as p:networks[0].guests[0].mac; expected a MAC of its own',
  ],
  [
    "with the name of another",
    [web, { ...mail, name: "web" }],
    'p:networks[0].guests[1].name: "web" is the same as p:networks[0].guests[0].name "web"; expected another name',
  ],
  [
    "with the MAC of a group",
    [{ ...web, mac: "01:00:5e:00:00:01" }],
    'p:networks[0].guests[0].mac: got "01:00:5e:00:00:01"; expected a unicast MAC such as 68:05:ca:00:01:00',
  ],
  [
    "whose name dnsmasq reads as a word of its own",
    [{ ...web, name: "ignore" }],
    'p:networks[0].guests[0].name: dnsmasq takes "ignore" for an order; expected another name',
  ],
])("a guest %s is refused by its key", (_, guests, issue) => {
  expect(issues({ ...networks({ guests }), forwards: [] })).toEqual([issue]);
});

test("one MAC in two networks is refused by the keys of both", () => {
  const guests = [{ name: "web", mac: web.mac, address: "10.9.0.5" }];

  expect(issues({ networks: [inside, { ...dmz, guests }] })).toEqual([
    'p:networks[1].guests[0].mac: "bc:24:11:00:00:01" is the same as p:networks[0].guests[0].mac; expected a MAC of its own',
  ]);
});

test.each<[string, string, string]>([
  [
    "into a pool, to nobody's reservation",
    "192.168.0.101",
    "p:forwards[0].address: 192.168.0.101 is in p:networks[0].pool 192.168.0.100-192.168.0.150; expected an address outside of it, or one that is reserved",
  ],
  [
    "into no network",
    "172.16.0.5",
    "p:forwards[0].address: 172.16.0.5 is in no declared network; expected a host in 192.168.0.0/24 or 10.9.0.0/24",
  ],
  [
    "to the host",
    "192.168.0.1",
    "p:forwards[0].address: 192.168.0.1 is our own p:networks[0].addresses[0]; expected the address of a guest",
  ],
  [
    "to a neighbour of the host",
    "203.0.113.99",
    "p:forwards[0].address: 203.0.113.99 is in p:uplinks[0].addresses[0] 203.0.113.10/24; expected a host in 192.168.0.0/24 or 10.9.0.0/24",
  ],
  [
    "into a foreign network",
    "10.8.0.5",
    "p:forwards[0].address: 10.8.0.5 is in p:foreign[0].network 10.8.0.0/16; expected a host in 192.168.0.0/24 or 10.9.0.0/24",
  ],
])("a forward %s is refused by the keys of both", (_, address, issue) => {
  expect(issues(forward({ address }))).toEqual([issue]);
});

test.each<[string, Record<string, unknown>, string]>([
  [
    "two of guests",
    networks({ pool: undefined }, { name: "vmbr3", addresses: ["192.168.0.129/25"] }),
    "p:networks[2].addresses[0]: 192.168.0.129/25 overlaps p:networks[0].addresses[0] 192.168.0.1/24; expected networks apart",
  ],
  [
    "one of guests and an uplink's",
    { networks: [inside, { ...dmz, addresses: ["203.0.113.65/26"] }] },
    "p:uplinks[0].addresses[0]: 203.0.113.10/24 overlaps p:networks[1].addresses[0] 203.0.113.65/26; expected networks apart",
  ],
  [
    "one of guests and an uplink's prefix",
    networks({
      addresses: ["192.168.0.1/24", "2001:db8:113::1/64"],
      guests: [mail, { ...web, address6: undefined }],
    }),
    "p:uplinks[0].addresses[1]: 2001:db8:113::10/64 overlaps p:networks[0].addresses[1] 2001:db8:113::1/64; expected networks apart",
  ],
  [
    "one of guests and a foreign one",
    { foreign: [{ name: "vpn", network: "10.0.0.0/8" }] },
    "p:foreign[0].network: 10.0.0.0/8 overlaps p:networks[1].addresses[0] 10.9.0.1/24; expected networks apart",
  ],
  [
    "one of guests and the node's",
    { node: { name: "pve", address: "10.9.0.7" } },
    "p:node.address: 10.9.0.7/32 overlaps p:networks[1].addresses[0] 10.9.0.1/24; expected networks apart",
  ],
])("networks that overlap, %s, are refused by the keys of both", (_, change, issue) => {
  expect(issues(change)).toEqual([issue]);
});

test.each(["127.0.0.1", "pve.example.net", "198.51.100.7", "2001:db8:7::1"])(
  "a node that is reached as %s is in nobody's way",
  (address) => {
    expect(issues({ node: { name: "pve", address } })).toEqual([]);
  },
);
