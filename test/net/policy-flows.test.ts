import { type FirewallPolicy, Protocol } from "../../net/policy";
import { policyIssues } from "../../net/policy-issues";
import { homePolicy } from "../home";

type Row = [change: Partial<FirewallPolicy>, issue: string];

const flows: Row[] = [
  [
    { flows: [{ from: "lan", to: "dmz" }] },
    'flows[0].to: unknown zone "dmz"; expected guest, lan, router, wan',
  ],
  [
    { flows: [{ from: "router", to: "router" }] },
    "flows[0]: from the router to itself, which always passes; expected a zone at one end",
  ],
  [
    { flows: [{ from: "lan", to: "wan", ports: [80] }] },
    "flows[0].ports: given without tcp or udp; expected protocol tcp, udp, both or sctp beside them",
  ],
  [
    { flows: [{ from: "lan", to: "wan", protocol: Protocol.Icmp, ports: [80] }] },
    "flows[0].ports: given without tcp or udp; expected protocol tcp, udp, both or sctp beside them",
  ],
  ...[0, 65536, -1, 1.5, "080" as never, Number.NaN, true as never].map((port): Row => {
    const shown = typeof port === "string" ? `"${String(port)}"` : String(port);
    return [
      { flows: [{ from: "lan", to: "wan", protocol: Protocol.Tcp, ports: [port] }] },
      `flows[0].ports[0]: got ${shown}; expected an integer from 1 to 65535`,
    ];
  }),
  [
    {
      flows: [
        { from: "lan", to: "wan", protocol: Protocol.Tcp, portRanges: [{ from: 200, to: 100 }] },
      ],
    },
    "flows[0].portRanges[0]: 200 comes after 100; expected from not above to",
  ],
  [
    {
      flows: [
        { from: "lan", to: "wan", protocol: Protocol.Tcp, portRanges: [{ from: 80, to: 80 }] },
      ],
    },
    "flows[0].portRanges[0]: got the one port 80 as a range; expected the port alone",
  ],
  ...["tcp; drop", "tcp/udp", "TCP", 300].map(
    (protocol): Row => [
      { flows: [{ from: "lan", to: "wan", protocol: protocol as Protocol }] },
      `flows[0].protocol: got ${JSON.stringify(protocol)}; expected tcp, udp, both, icmp, sctp, esp, gre`,
    ],
  ),
  [
    { flows: [{ from: "lan", to: "wan", verdict: "allow" as "accept" }] },
    'flows[0].verdict: got "allow"; expected accept, drop, reject',
  ],
  [
    { flows: [{ from: "lan", to: "wan", services: ["https"], protocol: Protocol.Tcp }] },
    "flows[0].services: given beside a protocol or ports; expected one of the two",
  ],
  [
    { flows: [{ from: "lan", to: "wan", services: [] }] },
    "flows[0].services: empty; expected at least one service",
  ],
  [
    { flows: [{ from: "wan", to: "router", protocol: Protocol.Icmp, rate: 0 }] },
    "flows[0].rate: got 0; expected an integer from 1 to 1000000 a second",
  ],
  [
    { flows: [{ from: "lan", to: "wan", sources: ["office"] }] },
    'flows[0].sources[0]: unknown set "office"; expected an IP address',
  ],
  [
    { flows: [{ from: "lan", to: "wan", sources: ["@office"] }] },
    'flows[0].sources[0]: got "@office"; expected an address such as 10.0.0.1',
  ],
  [
    { flows: [{ from: "lan", to: "wan", sources: ["10.0.0.1"], destinations: ["fd00::1"] }] },
    "flows[0]: sources and destinations share no IP family; expected both of one family",
  ],
  [
    { flows: [{ from: "lan", to: "wan", remember: "x" }] },
    'flows[0].remember: got "x"; expected a set with a timeout',
  ],
  [
    {
      flows: [
        { name: "a", from: "lan", to: "wan" },
        { name: "a", from: "lan", to: "guest" },
      ],
    },
    'flows[1].name: "a" is the same as flows[0].name "a"; expected another name',
  ],
  [
    {
      defaults: [
        { from: "lan", to: "wan", verdict: "drop" },
        { from: "lan", to: "wan", verdict: "accept" },
      ],
    },
    "defaults[1]: lan -> wan is already declared by defaults[0]; expected one verdict",
  ],
];

test.each([...flows])(
  "a policy with %j is refused by path, fact and expectation",
  (change, issue) => {
    expect(policyIssues({ ...homePolicy, ...change })).toEqual([issue]);
  },
);
