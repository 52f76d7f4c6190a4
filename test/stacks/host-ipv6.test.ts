import type { Ipv6Mode } from "../../net/ipv6-mode";
import { chooseIpv6 } from "../../stacks/host-ipv6";
import { routedGuests } from "../../stacks/host-routed";
import { deploy } from "../mocks";
import { configured, dmz, http, inside, issues, web } from "./host-config";

const node = { name: "pve", address: "192.0.2.10", privateKey: "KEY", hostKey: "ssh-ed25519 AAAA" };
const part = {
  ...inside,
  addresses: ["192.168.0.1/24", "2001:db8:113:0:1::1/80"],
  advertise: false,
  guests: [
    { ...web, address6: "2001:db8:113:0:1::100", routed: ["2001:db8:113::50", "203.0.113.50"] },
  ],
};
const uplinks = [
  { name: "vmbr0", addresses: ["203.0.113.10/24"] },
  { name: "eno2", addresses: ["198.51.100.10/24", "2001:db8:113::10/64"] },
];
const auto = { ipv6: { mode: "auto" }, allow: [], forwards: [http] };
const web6 = { name: "web6", port: 443, address: web.address };

const asked = async (change: Record<string, unknown>) => {
  const resources = await deploy(() => chooseIpv6(configured({ ...auto, ...change }), node));
  return resources.map(({ name, inputs }) => [
    name.replace(/-[0-9a-f]{8}-/, "-…-"),
    (inputs.stdin as string | undefined)
      ?.split("\n", 2)
      .join(" ")
      .replace(/:[0-9a-f]+:[0-9a-f]+:[0-9a-f]+$/, ":…"),
  ]);
};

test("the provider of the uplink with the prefix is asked about the part that guests have", async () => {
  expect(await asked({ uplinks, networks: [part, dmz] })).toEqual([
    ["ipv6", undefined],
    ["ipv6-…-probe", "UPLINK=eno2 ROUTED=2001:db8:113:0:1:…"],
  ]);
});

test("where guests only borrow addresses, it is asked about the uplink's own network", async () => {
  const networks = [
    {
      ...part,
      addresses: ["192.168.0.1/24"],
      guests: [{ ...web, address6: undefined, routed: ["2001:db8:113::50"] }],
    },
  ];

  expect(await asked({ uplinks, networks })).toEqual([
    ["ipv6", undefined],
    ["ipv6-…-probe", expect.stringMatching(/^UPLINK=eno2 ROUTED=2001:db8:113:0:[0-9a-f]+:…$/)],
  ]);
});

test("a prefix that no uplink is in is asked about on the first that has IPv6", async () => {
  const networks = [{ ...part, addresses: ["192.168.0.1/24", "2a00:db8::1/64"], guests: [] }];

  expect((await asked({ uplinks, networks }))[1]?.[1]).toMatch(/^UPLINK=eno2 ROUTED=2a00:db8::/);
});

test("a mode that is given asks nobody", async () => {
  expect(await asked({ ipv6: { mode: "routed" } })).toEqual([]);
  expect(await asked({ ipv6: {} })).toEqual([]);
});

test.each<[Ipv6Mode, string | undefined]>([
  ["ndp-proxy", "eno2"],
  ["routed", undefined],
  ["tcp-proxy", undefined],
  ["nat66", undefined],
  ["off", undefined],
])("in the mode %s the host answers for IPv6 addresses of guests on %s", (mode, uplink) => {
  const own = [...uplinks, { name: "eno3", addresses: ["203.0.114.1/24"] }];
  const config = configured({ uplinks: own, networks: [part] });
  const [network] = config.networks;

  expect(network && routedGuests(config, network, mode)).toEqual([
    { address: "2001:db8:113::50", proxyOn: uplink },
    { address: "203.0.113.50", proxyOn: "vmbr0" },
    ...(uplink ? [{ address: "2001:db8:113:0:1::100", proxyOn: uplink }] : []),
  ]);
});

test("a part of the uplink's prefix, a probe and proxies are in order", () => {
  expect(issues({ ...auto, uplinks, networks: [part, dmz], proxies: [web6] })).toEqual([]);
});

test.each<[string, Record<string, unknown>, string[]]>([
  [
    "asking about private addresses only",
    { ipv6: { mode: "auto" } },
    ["p:ipv6.mode: auto, but no network has public IPv6 addresses; expected one, or a mode"],
  ],
  [
    "a name to ask",
    { ...auto, uplinks, networks: [part], ipv6: { mode: "auto", targets: ["example.net"] } },
    ['p:ipv6.targets[0]: got "example.net"; expected an IP address, not a name'],
  ],
  [
    "a part of the prefix that the host is in",
    {
      ...auto,
      uplinks,
      networks: [{ ...part, addresses: ["2001:db8:113::1/80"], guests: [], pool: undefined }],
      forwards: [],
    },
    [
      "p:uplinks[1].addresses[1]: 2001:db8:113::10/64 overlaps p:networks[0].addresses[0] 2001:db8:113::1/80; expected networks apart",
    ],
  ],
  [
    "proxies that would never run",
    { ipv6: { mode: "nat66" }, proxies: [web6] },
    ["p:proxies: none runs with p:ipv6.mode nat66; expected auto or tcp-proxy"],
  ],
  [
    "proxies without an address to listen on",
    {
      ipv6: { mode: "tcp-proxy" },
      proxies: [web6],
      uplinks: [{ name: "vmbr0", addresses: ["203.0.113.10/24"] }],
    },
    ["p:proxies: no uplink has an IPv6 address; expected one to listen on"],
  ],
  [
    "a proxy on the GUI's port",
    { ipv6: { mode: "tcp-proxy" }, proxies: [{ ...web6, port: 8006 }] },
    ["p:proxies[0].port: would capture management port 8006; expected another port"],
  ],
  [
    "a proxy on the port of a forward to an IPv6 address",
    {
      ipv6: { mode: "tcp-proxy" },
      proxies: [web6],
      forwards: [{ ...http, port: 443, address: web.address6 }],
    },
    [
      'p:proxies[0].port: tcp 443 on 2001:db8:113::10 is already forwarded by "http"; expected a port of its own',
    ],
  ],
  [
    "two proxies on one port",
    { ipv6: { mode: "tcp-proxy" }, proxies: [web6, { ...web6, name: "two" }] },
    [
      "p:proxies[1].port: 2001:db8:113::10 port 443 is already taken by p:proxies[0]; expected a port of its own",
    ],
  ],
  [
    "a proxy to whoever has the lease",
    { ipv6: { mode: "tcp-proxy" }, proxies: [{ ...web6, address: "192.168.0.101" }] },
    [
      "p:proxies[0].address: 192.168.0.101 is in p:networks[0].pool 192.168.0.100-192.168.0.150; expected an address outside of it, or one that is reserved",
    ],
  ],
  [
    "a proxy to no address",
    { ipv6: { mode: "tcp-proxy" }, proxies: [{ ...web6, address: "web" }] },
    ['p:proxies[0].address: got "web"; expected an IP address, not a name'],
  ],
])("%s is refused by key, fact and expectation", (_, change, expected) => {
  expect(issues(change)).toEqual(expected);
});
