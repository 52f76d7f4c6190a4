import { dmz, issues, lan, lans, nas, web } from "./router-config";

test.each<[string, Record<string, unknown>, string]>([
  [
    "a pool outside",
    lans({ reservations: [nas], pool: { from: "192.168.1.10", to: "192.168.2.9" } }),
    'p:lans[0].pool.to: got "192.168.2.9"; expected a host in 192.168.1.0/24',
  ],
  [
    "a pool over the router",
    { ...lans({ pool: { from: "192.168.1.1", to: "192.168.1.9" } }), forwards: [] },
    "p:lans[0].pool: 192.168.1.1-192.168.1.9 holds p:lans[0].address 192.168.1.1; expected a range without it",
  ],
  [
    "the node's own address",
    { management: { address: "192.0.2.10/24" } },
    "p:node.address: 192.0.2.10 is the same as p:management.address; expected an address of its own",
  ],
  [
    "no address",
    lans({ address: "192.168.1.1", reservations: [nas] }),
    'p:lans[0].address: got "192.168.1.1", without its prefix length; expected an address with prefix such as 10.0.0.1/24',
  ],
  [
    "a foreign network with host bits",
    { foreign: [{ name: "vpn", network: "10.8.0.1/16" }] },
    'p:foreign[0].network: got "10.8.0.1/16", with host bits set; expected 10.8.0.0/16',
  ],
  [
    "a name of nobody",
    { foreign: [{ name: "My VPN", network: "10.8.0.0/16" }] },
    'p:foreign[0].name: got "My VPN"; expected ^[a-z][a-z0-9-]{0,11}$',
  ],
  [
    "a name twice",
    lans({ reservations: [nas] }, { ...dmz, bridge: "vmbr4", address: "10.10.0.1/24" }),
    'p:lans[2].name: "dmz" is the same as p:lans[1].name "dmz"; expected another name',
  ],
  [
    "a name in capitals",
    { ...lans({ name: "LAN", reservations: [nas] }), allow: [] },
    'p:lans[0].name: got "LAN"; expected ^[a-z][a-z0-9-]{0,11}$',
  ],
  [
    "the name of the router",
    { ...lans({ name: "router", reservations: [nas] }), allow: [] },
    'p:lans[0].name: "router" is reserved; expected another name',
  ],
  [
    "a management name in capitals",
    { management: { name: "VM0" } },
    'p:management.name: got "VM0"; expected ^[a-z][a-z0-9-]{0,11}$',
  ],
  [
    "a bridge twice",
    { bridges: ["vmbr1", "vmbr1"] },
    'p:bridges[1]: "vmbr1" is the same as p:bridges[0] "vmbr1"; expected another name',
  ],
  [
    "two lans on one bridge",
    {
      lans: [
        { ...lan, reservations: [nas] },
        { ...dmz, bridge: "vmbr1" },
      ],
    },
    'p:lans[1].bridge: "vmbr1" is the same as p:lans[0].bridge "vmbr1"; expected another name',
  ],
  [
    "a lan on the administration's bridge",
    lans({ bridge: "vmbr0", reservations: [nas] }),
    'p:lans[0].bridge: "vmbr0" is the same as p:management.bridge "vmbr0"; expected another name',
  ],
  [
    "a flow to nowhere",
    {
      allow: [
        { from: "lan", to: "wan" },
        { from: "lan", to: "iot" },
      ],
    },
    'p:allow[1].to: unknown zone "iot"; expected dmz, lan, router, wan',
  ],
  [
    "a flow with ports of nothing",
    { allow: [{ from: "lan", to: "dmz", ports: [443] }] },
    "p:allow[0].ports: given without tcp or udp; expected protocol tcp, udp, both or sctp beside them",
  ],
  [
    "a port forwarded twice",
    { forwards: [web, { ...web, name: "x", protocol: "both" }] },
    'p:forwards[1].port: tcp 443 from wan is already forwarded by "web"; expected a port of its own',
  ],
  [
    "a forward's name twice",
    { forwards: [web, { ...web, port: 80 }] },
    'p:forwards[1].name: "web" is the same as p:forwards[0].name "web"; expected another name',
  ],
  [
    "a card by both",
    { card: { path: "0000:01:00", mac: "68:05:ca:00:01:00" } },
    "p:card.mac: path is declared too; expected one of them",
  ],
  [
    "a card by what is no address",
    { card: { path: "01:00.0" } },
    'p:card.path: got "01:00.0"; expected a PCI address such as 0000:01:00',
  ],
  [
    "a name that looks like a path",
    { forwards: [{ ...web, name: "interfaces[0]" }] },
    'p:forwards[0].name: got "interfaces[0]"; expected ^[a-z][a-z0-9-]{0,11}$',
  ],
])("%s is refused by key, fact and expectation", (_, change, issue) => {
  expect(issues(change)).toEqual([issue]);
});

test("what is wrong in several places is reported at once", () => {
  const broken = {
    ...lans({ pool: { from: "192.168.1.10", to: "192.168.1.250" } }),
    wan: {},
    allow: [{ from: "lan", to: "iot" }],
    forwards: [web, { ...web, name: "x", port: 1, address: "192.168.1.99" }],
    foreign: [{ name: "vpn", network: "10.8.0.1/16" }],
  };

  expect(issues(broken)).toEqual([
    "p:wan: no bridge, and no card; expected a bridge, or p:card beside port or mac",
    'p:foreign[0].network: got "10.8.0.1/16", with host bits set; expected 10.8.0.0/16',
    "p:forwards[1].address: 192.168.1.99 is in p:lans[0].pool 192.168.1.10-192.168.1.250; expected an address outside of it, or one that is reserved",
    'p:allow[0].to: unknown zone "iot"; expected dmz, lan, router, wan',
  ]);
});
