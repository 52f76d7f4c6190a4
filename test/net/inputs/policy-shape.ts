import type { FirewallPolicy } from "../../../net/policy";
import { quote } from "../../../net/issues";
import { policyIssues } from "../../../net/policy-issues";
import { homePolicy } from "../../home";
import type { Row } from "./row";

const policy = (change: object) => policyIssues({ ...homePolicy, ...change });
const whole = (value: unknown) => policyIssues(value as FirewallPolicy);
const of = <T>(length: number, make: (i: number) => T) => Array.from({ length }, (_, i) => make(i));
const flow = { from: "lan", to: "wan" };
const FIELDS =
  "management, zones, flows, defaults, sets, masquerade, masquerade6, keepAddresses, snat, forwards, oneToOne, prefixTranslations, block, guests, synProtection, proxmoxFirewall, addresses, routes";
const FLOW =
  "name, from, to, services, protocol, ports, portRanges, sources, destinations, verdict, rate, ratePerSource, remember, log";

const cyclic: { from: string; to: string; sources: unknown[] } = { ...flow, sources: [] };
cyclic.sources.push(cyclic);
const sparse: unknown[] = [];
sparse[1] = flow;
const deep = of(10_000, () => 0).reduce<unknown>((inner) => [inner], 1);
const refusing = new Proxy(flow, {
  ownKeys: () => {
    throw new Error("no");
  },
});

export const policyShape: readonly Row[] = [
  {
    row: "a policy whose parts are missing, of another kind, or unknown",
    cases: [
      ...[undefined, null, 5, []].map(
        (value) =>
          [whole(value), `policy: got ${quote(value)}; expected an object of ${FIELDS}`] as const,
      ),
      [policy({ zones: undefined }), "zones: missing; expected a list"],
      [policy({ flows: undefined }), "flows: missing; expected a list"],
      [policy({ management: undefined }), "management: missing; expected an object"],
      [policy({ zones: "lan" }), 'zones: got "lan"; expected a list'],
      [
        policy({ flows: { 0: flow } }),
        'flows: got {"0":{"from":"lan","to":"wan"}}; expected a list',
      ],
      [policy({ forwards: null }), "forwards: got null; expected a list"],
      [
        policy({ management: "vm0" }),
        'management: got "vm0"; expected an object of interface, ports, sources, node, uplink',
      ],
      [policy({ flows: [5] }), `flows[0]: got 5; expected an object of ${FLOW}`],
      [policy({ flows: [{ from: "lan" }] }), "flows[0].to: missing; expected text"],
      [policy({ flows: [{ ...flow, ports: 80 }] }), "flows[0].ports: got 80; expected a list"],
      [
        policy({ flows: [{ ...flow, log: "yes" }] }),
        'flows[0].log: got "yes"; expected true or false',
      ],
      [policy({ flows: [{ ...flow, sources: [5] }] }), "flows[0].sources[0]: got 5; expected text"],
      [
        policy({ flows: [{ ...flow, protocol: "tcp", portRanges: ["80-90"] }] }),
        'flows[0].portRanges[0]: got "80-90"; expected an object of from, to',
      ],
      [
        policy({ forwards: [{ name: "a", from: "wan", protocol: "tcp", address: "10.0.0.9" }] }),
        "forwards[0].port: got undefined; expected an integer from 1 to 65535",
      ],
      [
        policy({ forwards: [{ name: "a", from: "wan", port: 80, address: "10.0.0.9" }] }),
        "forwards[0].protocol: got undefined; expected tcp, udp, both",
      ],
      [policy({ forward: [] }), `policy: has the key "forward"; expected ${FIELDS}`],
      [
        policy({ flows: [{ ...flow, include: "/etc/passwd" }] }),
        `flows[0]: has the key "include"; expected ${FLOW}`,
      ],
    ],
  },
  {
    row: "a policy that is huge, deep, cyclic, sparse, or answers by itself",
    cases: [
      [
        policy({ flows: of(100_000, () => flow) }),
        "flows: got 100000 elements; expected at most 50000",
      ],
      [
        policy({ zones: [{ name: "x".repeat(1 << 20), interfaces: ["a"] }] }),
        "zones[0].name: got 1048576 characters; expected at most 65536",
      ],
      [
        policy({ flows: [{ ...flow, sources: deep }] }),
        `flows[0].sources${"[0]".repeat(29)}: nested 32 deep; expected at most 32 levels`,
      ],
      [
        policy({ flows: [cyclic] }),
        "flows[0].sources[0]: contains itself; expected a tree of values",
      ],
      [policy({ flows: sparse }), "flows[0]: missing from the list; expected a value"],
      [
        policy({ management: JSON.parse('{"__proto__": {"interface": "vm0"}}') as object }),
        'management: has the key "__proto__"; expected another key',
      ],
      [
        whole(
          Object.defineProperty({ ...homePolicy }, "flows", {
            get: () => [flow],
            enumerable: true,
          }),
        ),
        "flows: computed by a getter; expected a plain value",
      ],
      [
        policy({ flows: [refusing] }),
        "flows[0]: an object that refuses to be read; expected plain data",
      ],
      [
        policy({ zones: new Map() }),
        "zones: got an instance of a class; expected plain data, known by now",
      ],
    ],
  },
  {
    row: "lists that are longer than any router needs",
    cases: [
      ...(
        [
          ["zones", 256, (i: number) => ({ name: `z${i}`, interfaces: [`x${i}`] })],
          ["defaults", 4096, () => ({ ...flow, verdict: "drop" })],
          ["sets", 512, (i: number) => ({ name: `s${i}`, timeout: 60 })],
          ["masquerade", 256, () => "wan"],
          ["masquerade6", 256, () => "wan"],
          ["snat", 1024, (i: number) => ({ name: `s${i}`, to: "wan", address: "203.0.113.6" })],
          [
            "prefixTranslations",
            128,
            (i: number) => ({
              name: `p${i}`,
              zone: "wan",
              internal: "fd00::/64",
              external: "::/0",
            }),
          ],
          ["block", 256, () => "wan"],
          ["synProtection", 256, () => ({ zone: "wan" })],
          ["addresses", 256, () => ({ interface: "lan", address: "10.0.0.1/24" })],
          ["routes", 256, () => ({ interface: "lan", destination: "10.0.0.0/24" })],
        ] as const
      ).map(
        ([key, most, make]) =>
          [
            policy({ [key]: of<unknown>(most + 1, make) }),
            `${key}: got ${most + 1} elements; expected at most ${most}`,
          ] as const,
      ),
      [
        policy({
          zones: [...homePolicy.zones, { name: "x", addresses: of(2049, () => "10.0.0.1") }],
        }),
        "zones: 2049 addresses in all; expected at most 2048",
      ],
      [
        policy({
          forwards: of(5, (i) => ({
            name: `f${i}`,
            from: "wan",
            protocol: "tcp",
            port: 1,
            lastPort: 65_535,
            address: "10.0.0.9",
            externalAddresses: [`203.0.113.${i + 10}`],
          })),
        }),
        "forwards: 327675 ports in all; expected at most 262144",
      ],
    ],
  },
];
