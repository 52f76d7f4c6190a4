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
const [wan, lan, guest] = homePolicy.zones;
const shop = { name: "shop", zone: "wan", external: "203.0.113.7", internal: "192.168.100.30" };
const site = { name: "site", zone: "wan", internal: "fd00:1::/64", external: "2001:db8:8::/64" };
const mail = { name: "mail", to: "wan", address: "203.0.113.6", sources: ["192.168.100.25"] };
const tap = { name: "one", interface: "tap1i0", mac: "02:00:00:00:01:00", addresses: ["10.1.1.2"] };
const onWan = [{ interface: "wan", address: "203.0.113.5/24" }];

type Row = [change: Partial<FirewallPolicy>, issue: string];

const nat: Row[] = [
  [{ masquerade: ["dmz"] }, 'masquerade[0]: unknown zone "dmz"; expected guest, lan, wan'],
  [
    { management: { interface: "wan" } },
    'masquerade[0]: zone "wan" leaves through the management interface wan; expected another zone, or management.uplink: true',
  ],
  [{ block: ["dmz"] }, 'block[0]: unknown zone "dmz"; expected guest, lan, wan'],
  [
    { oneToOne: [{ ...shop, external: "203.0.113.5" }], addresses: onWan },
    "oneToOne[0].external: 203.0.113.5 is the router's own on wan (addresses[0]); expected an address that nothing else has",
  ],
  [
    {
      oneToOne: [{ ...shop, external: "203.0.113.1" }],
      routes: [{ destination: "0.0.0.0/0", interface: "wan", gateway: "203.0.113.1" }],
    },
    "oneToOne[0].external: 203.0.113.1 is a gateway's (routes[0]); expected an address that nothing else has",
  ],
  [
    { oneToOne: [shop, { ...shop, name: "other", internal: "192.168.100.31" }] },
    'oneToOne[1].external: 203.0.113.7 is already translated by "shop" (oneToOne[0]); expected an address of its own',
  ],
  [
    { oneToOne: [{ ...shop, internal: "fd00::1" }] },
    "oneToOne[0]: 203.0.113.7 and fd00::1 are of different IP families; expected one family",
  ],
  [
    { snat: [mail, { ...mail, name: "other", sources: ["192.168.100.0/24"] }] },
    'snat[1]: 192.168.100.0/24 towards wan already takes 203.0.113.6 by "mail" (snat[0]); expected sources apart',
  ],
  [
    { snat: [{ ...mail, sources: ["fd00::/64"] }] },
    "snat[0].sources[0]: fd00::/64 and 203.0.113.6 are of different IP families; expected one family",
  ],
  [
    { prefixTranslations: [{ ...site, external: "2001:db8:8::/56" }] },
    "prefixTranslations[0]: fd00:1::/64 and 2001:db8:8::/56; expected prefixes of one length",
  ],
  [
    { prefixTranslations: [{ ...site, internal: "10.0.0.0/24" }] },
    'prefixTranslations[0].internal: got "10.0.0.0/24"; expected an IPv6 prefix such as fd00::/64',
  ],
  [
    {
      prefixTranslations: [site],
      addresses: [{ interface: "wan", address: "2001:db8:8::1/64" }],
    },
    "prefixTranslations[0].external: 2001:db8:8::/64 holds 2001:db8:8::1/64, the router's own (addresses[0]); expected a prefix that is only translated",
  ],
];

const guests: Row[] = [
  [
    { guests: [tap, { ...tap, name: "two", addresses: ["10.1.1.3"] }] },
    'guests[1].mac: "02:00:00:00:01:00" is the same as guests[0].mac; expected a MAC of its own',
  ],
  [
    { guests: [tap, { ...tap, name: "two", mac: "02:00:00:00:01:01" }] },
    'guests[1].addresses[0]: 10.1.1.2 belongs to guest "one" too (guests[0].addresses[0]); expected addresses of its own',
  ],
  [
    { guests: [{ ...tap, mac: "01:00:5e:00:00:01" }] },
    'guests[0].mac: got "01:00:5e:00:00:01"; expected a unicast MAC such as 68:05:ca:00:01:00',
  ],
  [
    { guests: [{ ...tap, interface: "vm0" }] },
    'guests[0].interface: "vm0" is the management interface; expected an interface with guests only',
  ],
  [
    { synProtection: [{ zone: "wan" }, { zone: "wan" }] },
    'synProtection[1].zone: "wan" is already protected by synProtection[0]; expected one protection',
  ],
];

test.each([...nat, ...guests])(
  "a policy with %j is refused by path, fact and expectation",
  (change, issue) => {
    expect(policyIssues({ ...homePolicy, ...change })).toEqual([issue]);
  },
);

test("what overlaps only where nothing competes is accepted", () => {
  const policy: FirewallPolicy = {
    ...homePolicy,
    zones: [
      ...(wan && lan && guest ? [wan, lan, guest] : []),
      { name: "dmz", interfaces: ["lan"], addresses: ["10.1.0.0/16"] },
      { name: "far", addresses: ["10.0.0.0/8"] },
    ],
    addresses: onWan,
    forwards: [
      web,
      { ...web, name: "second", externalAddresses: ["203.0.113.6"], targetPort: 8443 },
      { ...web, name: "quic", protocol: Protocol.Udp },
    ],
    snat: [mail, { name: "rest", to: "wan", address: "203.0.113.5" }],
  };

  expect(policyIssues(policy)).toEqual([]);
});
