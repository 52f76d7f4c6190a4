import { policyIssues } from "../../../net/policy-issues";
import { homePolicy } from "../../home";
import type { Row } from "./row";

const policy = (change: object) => policyIssues({ ...homePolicy, ...change });
const flow = { from: "lan", to: "wan" };
const forward = { name: "web", from: "wan", protocol: "tcp", port: 443, address: "10.0.0.9" };
const shop = { name: "shop", zone: "wan", external: "203.0.113.7", internal: "10.0.0.8" };
const mail = { name: "mail", to: "wan", address: "203.0.113.6" };
const guest = { name: "g", interface: "tap1i0", mac: "02:00:00:00:01:00", addresses: ["10.1.1.2"] };
const zone = (change: object) => ({ zones: [...homePolicy.zones, { name: "x", ...change }] });

const known = {
  addresses: [
    { interface: "wan", address: "203.0.113.5/24" },
    { interface: "lan", address: "192.168.100.1/24" },
  ],
  routes: [{ destination: "0.0.0.0/0", interface: "wan", gateway: "203.0.113.1" }],
};

/** Every list of networks, with one that holds every address there is. */
const lists = (all: string): Record<string, object> => ({
  "management.sources[0]": { management: { interface: "vm0", sources: [all] } },
  "zones[3].addresses[0]": zone({ addresses: [all] }),
  "flows[0].sources[0]": { flows: [{ ...flow, sources: [all] }] },
  "flows[0].destinations[0]": { flows: [{ ...flow, destinations: [all] }] },
  "sets[0].addresses[0]": { sets: [{ name: "a", addresses: [all] }] },
  "forwards[0].allow[0]": { forwards: [{ ...forward, allow: [all] }] },
  "guests[0].addresses[0]": { guests: [{ ...guest, addresses: [all] }] },
});

const HAVE = "expected one that a host can have";
const INSIDE = "expected a machine behind the router";
const FREE = "expected an address that nothing else has";
const target = (address: string) => policy({ ...known, forwards: [{ ...forward, address }] });

export const policyAddresses: readonly Row[] = [
  {
    row: "/0, other than as a route's destination",
    cases: [
      ...["0.0.0.0/0", "::/0"].flatMap((all) =>
        Object.entries(lists(all)).map(
          ([path, change]) =>
            [
              policy(change),
              `${path}: got "${all}", every address there is; expected no list at all to mean that`,
            ] as const,
        ),
      ),
      [
        policy({ snat: [{ ...mail, sources: ["0.0.0.0/0"] }] }),
        'snat[0].sources[0]: got "0.0.0.0/0", every address there is; expected no list at all to mean that',
      ],
      [
        policy({ addresses: [{ interface: "lan", address: "10.0.0.1/0" }] }),
        'addresses[0].address: got "10.0.0.1/0", every address there is; expected a network of its own',
      ],
      [
        policy({ routes: [{ interface: "wan", destination: "10.0.0.0/0" }] }),
        'routes[0].destination: got "10.0.0.0/0", with host bits set; expected 0.0.0.0/0',
      ],
      [
        policy({
          routes: [{ interface: "wan", destination: "10.0.0.0/8", gateway: "10.0.0.0/8" }],
        }),
        'routes[0].gateway: got "10.0.0.0/8"; expected an address without prefix',
      ],
    ],
  },
  {
    row: "prefix lengths and spellings in a policy's lists",
    cases: [
      ...["10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/", "fd00::/129"].map(
        (text) =>
          [
            policy({ flows: [{ ...flow, sources: [text] }] }),
            `flows[0].sources[0]: got "${text}"; expected a network such as 10.0.0.0/8 or fd00::/8`,
          ] as const,
      ),
      ...["010.0.0.1", "0x0a000001", "10.1", "1"].map(
        (text) =>
          [
            policy({ flows: [{ ...flow, sources: [text] }] }),
            `flows[0].sources[0]: got "${text}"; expected four decimal octets without leading zeros`,
          ] as const,
      ),
      ...["$x", "@set"].map(
        (text) =>
          [
            policy({ flows: [{ ...flow, sources: [text] }] }),
            `flows[0].sources[0]: got "${text}"; expected an address such as 10.0.0.1`,
          ] as const,
      ),
      [
        policy({ flows: [{ ...flow, sources: ["fe80::1%eth0"] }] }),
        'flows[0].sources[0]: got "fe80::1%eth0", with a zone id; expected "fe80::1", its interface in a field of its own',
      ],
    ],
  },
  {
    row: "targets and translations to an address that no machine has",
    cases: (
      [
        ["224.0.0.1", "a multicast address"],
        ["255.255.255.255", "the broadcast address"],
        ["169.254.1.1", "a link-local address"],
        ["0.0.0.0", "an address of no host"],
        ["240.0.0.1", "a reserved address"],
        ["127.0.0.1", "a loopback address"],
        ["ff02::1", "a multicast address"],
        ["::", "an address of no host"],
      ] as const
    ).flatMap(([text, name]) => [
      [target(text), `forwards[0].address: got "${text}", ${name}; ${HAVE}`] as const,
      [
        policy({
          oneToOne: [
            {
              ...shop,
              internal: text,
              external: text.includes(":") ? "2001:db8::7" : shop.external,
            },
          ],
        }),
        `oneToOne[0].internal: got "${text}", ${name}; ${HAVE}`,
      ] as const,
      [
        policy({ snat: [{ ...mail, address: text }] }),
        `snat[0].address: got "${text}", ${name}; ${HAVE}`,
      ] as const,
    ]),
  },
  {
    row: "the router's, the gateway's and a network's own address for a machine's",
    cases: [
      [
        target("192.168.100.1"),
        `forwards[0].address: 192.168.100.1 is the router's own on lan (addresses[1]); ${INSIDE}`,
      ],
      [
        target("203.0.113.1"),
        `forwards[0].address: 203.0.113.1 is a gateway's (routes[0]); ${INSIDE}`,
      ],
      [
        target("192.168.100.255"),
        `forwards[0].address: 192.168.100.255 is the broadcast address of 192.168.100.0/24 (addresses[1]); ${INSIDE}`,
      ],
      [
        policy({ ...known, oneToOne: [{ ...shop, internal: "192.168.100.1" }] }),
        `oneToOne[0].internal: 192.168.100.1 is the router's own on lan (addresses[1]); ${INSIDE}`,
      ],
      [
        policy({ ...known, oneToOne: [{ ...shop, external: "203.0.113.0" }] }),
        `oneToOne[0].external: 203.0.113.0 is the network address of 203.0.113.0/24 (addresses[0]); ${FREE}`,
      ],
      [
        policy({ ...known, snat: [{ ...mail, address: "203.0.113.1" }] }),
        `snat[0].address: 203.0.113.1 is a gateway's (routes[0]); ${FREE}`,
      ],
      [
        policy({ management: { interface: "wan" }, masquerade: [], masquerade6: ["wan"] }),
        'masquerade6[0]: zone "wan" leaves through the management interface wan; expected another zone, or management.uplink: true',
      ],
    ],
  },
  {
    row: "translations to what is translated itself",
    cases: [
      [
        policy({
          forwards: [
            { ...forward, externalAddresses: ["203.0.113.6"] },
            { ...forward, name: "again", address: "203.0.113.6", port: 444 },
          ],
        }),
        `forwards[1].address: 203.0.113.6 is an external address of "web" (forwards[0]); ${INSIDE}`,
      ],
      [
        policy({ oneToOne: [shop], forwards: [{ ...forward, address: "203.0.113.7" }] }),
        `forwards[0].address: 203.0.113.7 is an external address of "shop" (oneToOne[0]); ${INSIDE}`,
      ],
      [
        policy({
          oneToOne: [
            shop,
            { ...shop, name: "b", external: "203.0.113.8", internal: "203.0.113.7" },
          ],
        }),
        `oneToOne[1].internal: 203.0.113.7 is an external address of "shop" (oneToOne[0]); ${INSIDE}`,
      ],
    ],
  },
];
