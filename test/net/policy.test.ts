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

test("a home router's policy has no issues", () => {
  expect(policyIssues(homePolicy)).toEqual([]);
});

test.each<[Partial<FirewallPolicy>, string]>([
  [
    { flows: [{ from: "lan", to: "dmz" }] },
    'flows[0].to: unknown zone "dmz"; expected guest, lan, router, wan',
  ],
  [
    { flows: [{ from: "router", to: "lan" }] },
    'flows[0].from: unknown zone "router"; expected guest, lan, wan',
  ],
  [
    { flows: [{ from: "lan", to: "wan", ports: [80] }] },
    "flows[0].ports: given without tcp or udp; expected protocol tcp or udp beside them",
  ],
  [
    { flows: [{ from: "lan", to: "wan", protocol: Protocol.Tcp, ports: [0] }] },
    "flows[0].ports[0]: got 0; expected an integer from 1 to 65535",
  ],
  [
    { flows: [{ from: "lan", to: "wan", protocol: "tcp; drop" as Protocol }] },
    'flows[0].protocol: got "tcp; drop"; expected tcp, udp, icmp',
  ],
  [
    { flows: [{ from: "wan", to: "router", protocol: Protocol.Icmp, rate: 0 }] },
    "flows[0].rate: got 0; expected 1 to 1000000 packets a second",
  ],
  [{ masquerade: ["dmz"] }, 'masquerade[0]: unknown zone "dmz"; expected guest, lan, wan'],
  [{ block: ["dmz"] }, 'block[0]: unknown zone "dmz"; expected guest, lan, wan'],
  [
    { management: { interface: "vm0", ports: [] } },
    "management.ports: empty; expected at least one port, or nobody could get in",
  ],
  [
    { management: { interface: 'vm0" accept' } },
    'management.interface: got "vm0\\" accept"; expected an interface name',
  ],
  [
    { zones: [...homePolicy.zones, { name: "lan", interfaces: ["x0"] }] },
    'zones[3].name: "lan" is declared twice; expected one zone of that name',
  ],
  [
    { zones: [...homePolicy.zones, { name: "router", interfaces: ["x0"] }] },
    'zones[3].name: "router" is reserved; expected another name',
  ],
  [
    { zones: [...homePolicy.zones, { name: "x", interfaces: ["opt1"] }] },
    'zones[3].interfaces[0]: "opt1" is already in zone "lan"; expected one zone',
  ],
  [
    { zones: [...homePolicy.zones, { name: "x", interfaces: [] }] },
    "zones[3].interfaces: empty; expected at least one interface name",
  ],
  [
    { forwards: [web, { ...web, name: "again" }] },
    'forwards[1].port: tcp 443 from wan is already forwarded by "web"; expected a port of its own',
  ],
  [
    { forwards: [{ ...web, port: 22 }], management: { interface: "wan" } },
    "forwards[0].port: would capture management port 22 on wan; expected another port",
  ],
  [
    { forwards: [{ ...web, address: "010.0.0.1" }] },
    'forwards[0].address: got "010.0.0.1"; expected an IPv4 address such as 192.168.1.20',
  ],
])("a policy with %j is refused by path, fact and expectation", (change, issue) => {
  expect(policyIssues({ ...homePolicy, ...change })).toEqual([issue]);
});
