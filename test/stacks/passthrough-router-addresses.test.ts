import { dmz, issues, lan, lans, nas, reservations, target } from "./router-config";

test("a stack whose forwards lead to fixed and to reserved addresses has no issues", () => {
  expect(issues({})).toEqual([]);
});

test.each<[string, Record<string, unknown>, string]>([
  [
    "into a pool",
    target("192.168.1.21"),
    "p:forwards[1].address: 192.168.1.21 is in p:lans[0].pool 192.168.1.10-192.168.1.250; expected an address outside of it, or one that is reserved",
  ],
  [
    "to a reservation that is gone",
    lans({}),
    "p:forwards[1].address: 192.168.1.20 is in p:lans[0].pool 192.168.1.10-192.168.1.250; expected an address outside of it, or one that is reserved",
  ],
  [
    "into no network",
    target("172.16.0.5"),
    "p:forwards[1].address: 172.16.0.5 is in no declared network; expected a host in 192.168.1.0/24 or 10.9.0.0/24",
  ],
  [
    "to the router",
    target("10.9.0.1"),
    "p:forwards[1].address: 10.9.0.1 is our own p:lans[1].address; expected the address of a guest",
  ],
  [
    "to everybody",
    target("10.9.0.255"),
    "p:forwards[1].address: 10.9.0.255 is the broadcast address of p:lans[1].address; expected the address of a guest",
  ],
  [
    "into the administration's network",
    target("192.0.2.30"),
    "p:forwards[1].address: 192.0.2.30 is in p:management.address 192.0.2.20/24; expected a host in 192.168.1.0/24 or 10.9.0.0/24",
  ],
  [
    "to the node",
    { ...target("198.18.0.5"), node: { name: "pve", address: "198.18.0.5" } },
    "p:forwards[1].address: 198.18.0.5 is in p:node.address 198.18.0.5; expected a host in 192.168.1.0/24 or 10.9.0.0/24",
  ],
  [
    "into a foreign network",
    target("10.8.0.5"),
    "p:forwards[1].address: 10.8.0.5 is in p:foreign[0].network 10.8.0.0/16; expected a host in 192.168.1.0/24 or 10.9.0.0/24",
  ],
  [
    "to a name",
    target("web.example.net"),
    'p:forwards[1].address: got "web.example.net"; expected an IP address, not a name',
  ],
  [
    "to an address of nobody",
    target("224.0.0.1"),
    "p:forwards[1].address: 224.0.0.1 is in no declared network; expected a host in 192.168.1.0/24 or 10.9.0.0/24",
  ],
])("a forward %s is refused by the keys of both", (_, change, issue) => {
  expect(issues(change)).toEqual([issue]);
});

test.each<[string, Record<string, unknown>, string]>([
  [
    "outside",
    reservations({ ...nas, address: "10.9.0.20" }),
    'p:lans[0].reservations[0].address: got "10.9.0.20"; expected a host in 192.168.1.0/24',
  ],
  [
    "of the router's address",
    reservations({ ...nas, address: "192.168.1.1" }),
    "p:lans[0].reservations[0].address: 192.168.1.1 is the same as p:lans[0].address; expected an address of its own",
  ],
  [
    "of an address that is reserved",
    reservations(nas, { ...nas, name: "b", mac: "bc:24:11:00:00:02" }),
    "p:lans[0].reservations[1].address: 192.168.1.20 is the same as p:lans[0].reservations[0].address; expected an address of its own",
  ],
  [
    "for a host that has one",
    reservations(nas, { ...nas, name: "b", address: "192.168.1.21" }),
    'p:lans[0].reservations[1].mac: "bc:24:11:00:00:01" is the same as p:lans[0].reservations[0].mac; expected a MAC of its own',
  ],
  [
    "for a name that has one",
    reservations(nas, { ...nas, mac: "bc:24:11:00:00:02", address: "192.168.1.21" }),
    'p:lans[0].reservations[1].name: "nas" is the same as p:lans[0].reservations[0].name "nas"; expected another name',
  ],
  [
    "for a group",
    reservations({ ...nas, mac: "01:00:5e:00:00:01" }),
    'p:lans[0].reservations[0].mac: got "01:00:5e:00:00:01"; expected a unicast MAC such as 68:05:ca:00:01:00',
  ],
  [
    "where no pool is",
    { lans: [lan, { ...dmz, reservations: [{ ...nas, address: "10.9.0.20" }] }], forwards: [] },
    "p:lans[1].reservations: no DHCP server to keep them; expected a pool beside them",
  ],
])("a reservation %s is refused by the keys of both", (_, change, issue) => {
  expect(issues(change)).toEqual([issue]);
});

test.each<[string, Record<string, unknown>, string]>([
  [
    "two lans",
    lans({ reservations: [nas] }, { ...dmz, name: "x", bridge: "vmbr4", address: "10.9.0.129/25" }),
    "p:lans[2].address: 10.9.0.129/25 overlaps p:lans[1].address 10.9.0.1/24; expected networks apart",
  ],
  [
    "a lan and the administration's",
    { management: { address: "10.9.0.9/24" }, forwards: [] },
    "p:lans[1].address: 10.9.0.1/24 overlaps p:management.address 10.9.0.9/24; expected networks apart",
  ],
  [
    "a lan and the node's",
    { node: { name: "pve", address: "10.9.0.7" } },
    "p:lans[1].address: 10.9.0.1/24 overlaps p:node.address 10.9.0.7; expected networks apart",
  ],
  [
    "a lan and a foreign one",
    { foreign: [{ name: "vpn", network: "10.0.0.0/8" }] },
    "p:lans[1].address: 10.9.0.1/24 overlaps p:foreign[0].network 10.0.0.0/8; expected networks apart",
  ],
])("networks that overlap, %s, are refused by the keys of both", (_, change, issue) => {
  expect(issues(change)).toEqual([issue]);
});
