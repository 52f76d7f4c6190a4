import { type FirewallPolicy, Protocol } from "../../net/policy";
import { policyIssues } from "../../net/policy-issues";
import { homePolicy } from "../home";

const web = {
  name: "web",
  from: "wan",
  protocol: Protocol.Tcp,
  port: 443,
  address: "192.168.100.20",
};
const shop = { name: "shop", zone: "wan", external: "203.0.113.7", internal: "192.168.100.30" };
const onWan = [{ interface: "wan", address: "203.0.113.5/24" }];
const onUplink = { interface: "wan", uplink: true };

type Row = [change: Partial<FirewallPolicy>, issue: string];

const forwards: Row[] = [
  [
    { forwards: [web, { ...web, name: "again" }] },
    'forwards[1].port: tcp 443 from wan is already forwarded by "web"; expected a port of its own',
  ],
  [
    { forwards: [web, { ...web, name: "again", protocol: Protocol.Both }] },
    'forwards[1].port: tcp 443 from wan is already forwarded by "web"; expected a port of its own',
  ],
  [
    {
      forwards: [
        { ...web, port: 440, lastPort: 450 },
        { ...web, name: "again" },
      ],
    },
    'forwards[1].port: tcp 443 from wan is already forwarded by "web"; expected a port of its own',
  ],
  [
    {
      forwards: [
        { ...web, externalAddresses: ["203.0.113.5", "203.0.113.6"] },
        { ...web, name: "again", externalAddresses: ["203.0.113.6"], targetPort: 8443 },
      ],
    },
    'forwards[1].port: tcp 443 on 203.0.113.6 is already forwarded by "web"; expected a port of its own',
  ],
  [
    { forwards: [web, { ...web, port: 444 }] },
    'forwards[1].name: "web" is the same as forwards[0].name "web"; expected another name',
  ],
  [
    { forwards: [{ ...web, from: "dmz" }] },
    'forwards[0].from: unknown zone "dmz"; expected guest, lan, wan',
  ],
  [
    { forwards: [{ ...web, protocol: Protocol.Icmp }] },
    'forwards[0].protocol: got "icmp"; expected tcp, udp, both',
  ],
  [
    { forwards: [{ ...web, address: "010.0.0.1" }] },
    'forwards[0].address: got "010.0.0.1"; expected four decimal octets without leading zeros',
  ],
  [
    { forwards: [{ ...web, address: "server.example.net" }] },
    'forwards[0].address: got "server.example.net"; expected an IP address, not a name',
  ],
  [
    { forwards: [{ ...web, address: "127.0.0.1" }] },
    'forwards[0].address: got "127.0.0.1", a loopback address; expected one that a host can have',
  ],
  [
    { forwards: [{ ...web, address: "203.0.113.5" }], addresses: onWan },
    "forwards[0].address: 203.0.113.5 is the router's own on wan (addresses[0]); expected a machine behind the router",
  ],
  [
    { forwards: [{ ...web, externalAddresses: ["192.168.100.20"] }] },
    'forwards[0].address: 192.168.100.20 is an external address of "web" (forwards[0]); expected a machine behind the router',
  ],
  [
    { forwards: [{ ...web, externalAddresses: ["2001:db8::1"] }] },
    "forwards[0].externalAddresses[0]: 2001:db8::1 and 192.168.100.20 are of different IP families; expected one family",
  ],
  [
    { forwards: [{ ...web, lastPort: 443 }] },
    "forwards[0].lastPort: got 443; expected a port above 443, or none",
  ],
  [
    { forwards: [{ ...web, lastPort: 100 }] },
    "forwards[0].lastPort: got 100; expected a port above 443, or none",
  ],
  [
    { forwards: [{ ...web, lastPort: 445, targetPort: 80, lastTargetPort: 81 }] },
    "forwards[0].lastTargetPort: 80-81 are 2 ports; expected 3 as on the router",
  ],
  [
    { forwards: [{ ...web, lastPort: 445, targetPort: 65535 }] },
    "forwards[0].targetPort: got 65535; expected an integer from 1 to 65533",
  ],
  [
    { forwards: [{ ...web, allow: [] }] },
    "forwards[0].allow: empty; expected at least one address, network or set",
  ],
  [
    { forwards: [{ ...web, allow: ["fd00::1"] }] },
    "forwards[0].allow: holds no IPv4 address, as 192.168.100.20 is; expected somebody who may use it",
  ],
  [
    { forwards: [{ ...web, allow: ["late"] }], sets: [{ name: "late", timeout: 60 }] },
    'forwards[0].allow[0]: "late" fills at run time; expected a set without timeout',
  ],
  [
    { forwards: [{ ...web, externalAddresses: ["203.0.113.7"] }], oneToOne: [shop] },
    'forwards[0].externalAddresses[0]: 203.0.113.7 stands for one machine by "shop" (oneToOne[0]); expected another address',
  ],
];

const captures: Row[] = [
  [
    { forwards: [{ ...web, port: 22 }], management: onUplink },
    "forwards[0].port: would capture management port 22 on wan; expected another port, or externalAddresses",
  ],
  [
    { forwards: [{ ...web, port: 2200 }], management: { ...onUplink, ports: [2200] } },
    "forwards[0].port: would capture management port 2200 on wan; expected another port, or externalAddresses",
  ],
  ...(
    [
      [Protocol.Tcp, 8006, "8006"],
      [Protocol.Tcp, 3128, "3128"],
      [Protocol.Tcp, 22, "22"],
      [Protocol.Tcp, 5900, "5900-5999"],
      [Protocol.Tcp, 5999, "5900-5999"],
      [Protocol.Tcp, 60000, "60000-60050"],
      [Protocol.Tcp, 60050, "60000-60050"],
      [Protocol.Tcp, 111, "111"],
      [Protocol.Udp, 111, "udp 111"],
      [Protocol.Udp, 5404, "udp 5404-5412"],
      [Protocol.Udp, 5412, "udp 5404-5412"],
      [Protocol.Both, 5405, "udp 5404-5412"],
    ] as const
  ).map(
    ([protocol, port, shown]): Row => [
      { forwards: [{ ...web, protocol, port }], management: { ...onUplink, node: true } },
      `forwards[0].port: would capture management port ${shown} on wan; expected another port, or externalAddresses`,
    ],
  ),
  [
    {
      forwards: [{ ...web, port: 22, externalAddresses: ["203.0.113.5"] }],
      management: onUplink,
      addresses: onWan,
    },
    "forwards[0].port: would capture management port 22 on wan; expected another port or address",
  ],
  [
    { forwards: [{ ...web, port: 22, externalAddresses: ["203.0.113.5"] }], management: onUplink },
    "forwards[0].port: might capture management port 22 on wan; expected another port, or the address of wan in addresses",
  ],
];

test("a range that holds management ports is told each of them", () => {
  const wide = { ...web, protocol: Protocol.Both, port: 100, lastPort: 3200, targetPort: 100 };

  expect(
    policyIssues({ ...homePolicy, forwards: [wide], management: { ...onUplink, node: true } }),
  ).toEqual(
    ["111", "3128", "udp 111"].map(
      (port) =>
        `forwards[0].port: would capture management port ${port} on wan; expected another port, or externalAddresses`,
    ),
  );
});

test.each([
  [Protocol.Tcp, [21, 23, 110, 112, 3127, 3129, 5899, 6000, 8005, 8007, 59_999, 60_051, 5404]],
  [Protocol.Udp, [22, 110, 112, 3128, 5403, 5413, 5900, 8006, 60_000]],
])("a forward of a %s port beside those of management is taken", (protocol, ports) => {
  const issues = ports.flatMap((port) =>
    policyIssues({
      ...homePolicy,
      forwards: [{ ...web, protocol, port }],
      management: { ...onUplink, node: true },
    }),
  );

  expect(issues).toEqual([]);
});

test.each([...forwards, ...captures])(
  "a policy with %j is refused by path, fact and expectation",
  (change, issue) => {
    expect(policyIssues({ ...homePolicy, ...change })).toEqual([issue]);
  },
);
