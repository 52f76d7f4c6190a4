import { knownPortIssues, withPorts } from "../../net/card-ports";

const [first, second] = ["68:05:ca:00:01:00", "68:05:ca:00:01:01"];
const card = [
  { address: "0000:01:00.0", mac: first },
  { address: "0000:01:00.1", mac: second },
];
const silent = [{ address: "0000:01:00.0" }, { address: "0000:01:00.1", mac: second }];
const admin = { name: "vm0", bridge: "vmbr0", mac: "02:00:00:00:00:01" };
const wan = { name: "wan", port: 1 };
const lan = { name: "lan", port: 0 };
const elsewhere = { name: "lan", mac: "68:05:ca:00:09:00" };

// Before the ports are known the interfaces have other MACs.
const planned = (attached: { name: string; mac?: string }[]) =>
  attached.map(({ name, mac }, i) => ({ name, mac: mac ?? `02:00:00:00:01:0${i}` }));

test("interfaces have the MACs of the ports that they are, whatever order these are in", () => {
  const attached = [admin, wan, lan];

  expect(withPorts(planned(attached), attached, card)).toEqual([
    { name: "vm0", mac: admin.mac },
    { name: "wan", mac: second },
    { name: "lan", mac: first },
  ]);
});

test.each([
  ["ports in any order", [admin, wan, lan], card, []],
  ["a MAC in capitals", [admin, { name: "lan", mac: first.toUpperCase() }], card, []],
  ["a MAC that a silent port may have", [admin, wan, elsewhere], silent, []],
  [
    "a MAC of another card",
    [admin, wan, elsewhere],
    card,
    [
      'interfaces[2].mac: no port of the card has "68:05:ca:00:09:00"; expected 68:05:ca:00:01:00, 68:05:ca:00:01:01',
    ],
  ],
  [
    "a port too many",
    [admin, { ...wan, port: 2 }],
    card,
    [
      "interfaces[1].port: no port 2 on the card; expected 0 (68:05:ca:00:01:00), 1 (68:05:ca:00:01:01)",
    ],
  ],
  [
    "a port that another interface has by its MAC",
    [admin, wan, { name: "lan", mac: second.toUpperCase() }],
    card,
    [
      'interfaces[2].mac: "68:05:CA:00:01:01" is the same as interfaces[1].port; expected a MAC of its own',
    ],
  ],
  [
    "a port that tells no MAC",
    [admin, wan, lan],
    silent,
    ["interfaces[2].port: 0000:01:00.0 tells no MAC; expected mac in its place"],
  ],
  [
    "a card without ports",
    [lan],
    [],
    ["interfaces[0].port: no port 0 on the card; expected a card"],
  ],
])("%s", (_, attached, ports, issues) => {
  expect(knownPortIssues(planned(attached), attached, ports)).toEqual(issues);
});
