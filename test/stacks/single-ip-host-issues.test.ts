import { dmz, forward, http, inside, issues, networks } from "./host-config";

const uplink = (change: object) => ({
  uplinks: [{ name: "vmbr0", addresses: ["203.0.113.10/24"], ...change }],
});

test.each<[string, Record<string, unknown>, string[]]>([
  [
    "a bridge name of another form",
    { networks: [inside, { ...dmz, name: "guests" }], allow: [] },
    [
      'p:networks[1].name: got "guests"; expected br and a number up to 9999, after up to four letters, such as vmbr1',
    ],
  ],
  [
    "two networks of one name",
    { networks: [inside, { ...dmz, name: "vmbr1" }], allow: [] },
    [
      'p:networks[1].name: "vmbr1" is the same as p:networks[0].name "vmbr1"; expected another name',
    ],
  ],
  [
    "routed addresses that are the host's own, in a network, or given twice",
    networks({
      guests: [
        {
          name: "web",
          mac: "bc:24:11:00:00:01",
          address: "192.168.0.100",
          routed: ["203.0.113.10", "192.168.0.7", "203.0.113.50", "203.0.113.50"],
        },
      ],
    }),
    [
      "p:networks[0].guests[0].routed[0]: 203.0.113.10 is the host's own, p:uplinks[0].addresses[0]; expected another address",
      "p:networks[0].guests[0].routed[1]: 192.168.0.7 is in p:networks[0].addresses[0] 192.168.0.1/24; expected address or address6 for it",
      "p:networks[0].guests[0].routed[3]: 203.0.113.50 is the same as p:networks[0].guests[0].routed[2]; expected an address of its own",
    ],
  ],
  [
    "a bridge with the MAC of a group",
    networks({ mac: "01:00:5e:00:00:01" }),
    [
      'p:networks[0].mac: got "01:00:5e:00:00:01"; expected a unicast MAC such as 68:05:ca:00:01:00',
    ],
  ],
  [
    "two IPv4 addresses of the host",
    networks({ addresses: [...inside.addresses, "192.168.1.1/24"] }),
    ["p:networks[0].addresses: more than one of IPv4; expected one of each family"],
  ],
  [
    "two IPv6 addresses of the host",
    networks({ addresses: [...inside.addresses, "fd00::1/64"] }),
    ["p:networks[0].addresses: more than one of IPv6; expected one of each family"],
  ],
  [
    "an address without prefix",
    { networks: [inside, { ...dmz, addresses: ["10.9.0.1"] }] },
    [
      'p:networks[1].addresses[0]: got "10.9.0.1", without its prefix length; expected an address with prefix such as 10.0.0.1/24',
    ],
  ],
  [
    "advertising without IPv6",
    { networks: [inside, { ...dmz, advertise: true }] },
    ["p:networks[1].advertise: no IPv6 network to advertise; expected an IPv6 address beside it"],
  ],
  [
    "advertising a prefix that is too long",
    networks({ addresses: ["192.168.0.1/24", "fd93:7a1c:8:5688::1/80"] }),
    [
      'p:networks[0].addresses[1]: got "fd93:7a1c:8:5688::1/80", where hosts choose their own address; expected a prefix of /64',
    ],
  ],
  [
    "a lease time that dnsmasq would make longer",
    networks({ pool: { ...inside.pool, leaseTime: 119 } }),
    ["p:networks[0].pool.leaseTime: got 119; expected an integer from 120 to 31536000 seconds"],
  ],
  [
    "a domain in capitals",
    networks({ domain: "Lan" }),
    ['p:networks[0].domain: got "Lan"; expected "lan"'],
  ],
  [
    "the host's own address as its name server",
    networks({ nameServers: ["192.168.0.1"] }),
    [
      'p:networks[0].nameServers[0]: "192.168.0.1" is our own address; expected another server, or it would ask itself',
    ],
  ],
  [
    "an uplink that is a network of guests",
    uplink({ name: "vmbr1" }),
    [
      'p:uplinks[0].name: "vmbr1" is the same as p:networks[0].name "vmbr1"; expected another name',
      'p:networks[0].name: "vmbr1" is already in zone "uplink"; expected one zone',
    ],
  ],
  [
    "one uplink twice",
    { uplinks: [...uplink({}).uplinks, { name: "vmbr0" }] },
    ['p:uplinks[1].name: "vmbr0" is the same as p:uplinks[0].name "vmbr0"; expected another name'],
  ],
  [
    "an uplink in capitals",
    uplink({ name: "ENO1" }),
    [
      'p:uplinks[0].name: got "ENO1"; expected an interface name, ^[a-z][a-z0-9._-]*$, of at most 15 bytes',
    ],
  ],
  [
    "an uplink's address without prefix",
    uplink({ addresses: ["203.0.113.10"] }),
    [
      'p:uplinks[0].addresses[0]: got "203.0.113.10", without its prefix length; expected an address with prefix such as 10.0.0.1/24',
    ],
  ],
  [
    "a flow to nowhere",
    { allow: [{ from: "vmbr1", to: "vmbr7" }] },
    ['p:allow[0].to: unknown zone "vmbr7"; expected router, uplink, vmbr1, vmbr2'],
  ],
  [
    "a flow with ports of nothing",
    { allow: [{ from: "vmbr1", to: "vmbr2", ports: [443] }] },
    [
      "p:allow[0].ports: given without tcp or udp; expected protocol tcp, udp, both or sctp beside them",
    ],
  ],
  [
    "a flow to a network with host bits",
    { allow: [{ from: "vmbr1", to: "vmbr2", destinations: ["10.9.0.5/24"] }] },
    ['p:allow[0].destinations[0]: got "10.9.0.5/24", with host bits set; expected 10.9.0.0/24'],
  ],
  [
    "a port forwarded twice",
    { forwards: [http, { ...http, name: "x", protocol: "both" }] },
    [
      'p:forwards[1].port: tcp 80 from uplink is already forwarded by "http"; expected a port of its own',
    ],
  ],
  [
    "a forward's name twice",
    { forwards: [http, { ...http, port: 81 }] },
    ['p:forwards[1].name: "http" is the same as p:forwards[0].name "http"; expected another name'],
  ],
  [
    "a name that looks like a path",
    forward({ name: "zones[0]" }),
    ['p:forwards[0].name: got "zones[0]"; expected ^[a-z][a-z0-9-]{0,11}$'],
  ],
  [
    "a foreign network with host bits",
    { foreign: [{ name: "vpn", network: "10.8.0.1/16" }] },
    ['p:foreign[0].network: got "10.8.0.1/16", with host bits set; expected 10.8.0.0/16'],
  ],
])("%s is refused by key, fact and expectation", (_, change, expected) => {
  expect(issues(change)).toEqual(expected);
});

test.each<[string, object, string]>([
  ["SSH", { port: 22 }, "22"],
  ["the GUI", { port: 8006 }, "8006"],
  ["the SPICE proxy", { port: 3128, protocol: "both" }, "3128"],
  ["a console", { port: 5901 }, "5900-5999"],
  ["the port mapper", { port: 111, protocol: "udp" }, "udp 111"],
  ["SSH over IPv6", { port: 22, address: "fd93:7a1c:8:5688::100" }, "22"],
])("a forward of %s, which the guard would keep, is refused", (_, change, port) => {
  const expected = `p:forwards[0].port: would capture management port ${port} on vmbr0; expected another port`;

  expect(issues(forward(change))).toEqual([expected]);
  expect(issues({ ...forward(change), ...uplink({ addresses: [] }) })).toEqual([expected]);
});

test("what is wrong in several places is reported at once", () => {
  const broken = {
    ...networks({ pool: { from: "192.168.0.100", to: "192.168.0.150", leaseTime: 1 } }),
    allow: [{ from: "vmbr1", to: "vmbr7" }],
    forwards: [http, { ...http, name: "x", port: 81, address: "192.168.0.101" }],
  };

  expect(issues(broken)).toEqual([
    "p:networks[0].pool.leaseTime: got 1; expected an integer from 120 to 31536000 seconds",
    "p:forwards[1].address: 192.168.0.101 is in p:networks[0].pool 192.168.0.100-192.168.0.150; expected an address outside of it, or one that is reserved",
    'p:allow[0].to: unknown zone "vmbr7"; expected router, uplink, vmbr1, vmbr2',
  ]);
});
