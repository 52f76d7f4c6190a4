import { expectationIssues } from "../../net/expect";
import type { TcpProxy } from "../../net/haproxy";
import { type FirewallPolicy, Protocol } from "../../net/policy";
import { openProxies, proxyIssues } from "../../net/policy-proxies";

const OWN = "2001:db8:113::10";
const policy: FirewallPolicy = {
  management: { interface: "vmbr0", ports: [22, 2200], uplink: true },
  zones: [
    { name: "uplink", interfaces: ["vmbr0"] },
    { name: "guests", interfaces: ["vmbr1"] },
  ],
  flows: [],
  forwards: [
    { name: "http", from: "uplink", protocol: Protocol.Tcp, port: 80, address: "192.168.0.100" },
    { name: "dns", from: "uplink", protocol: Protocol.Udp, port: 53, address: "fd00::53" },
    {
      name: "range",
      from: "uplink",
      protocol: Protocol.Both,
      port: 9000,
      lastPort: 9010,
      address: "fd00::53",
    },
    {
      name: "other",
      from: "uplink",
      protocol: Protocol.Tcp,
      port: 443,
      address: "fd00::53",
      externalAddresses: ["2001:db8:113::11"],
    },
  ],
  addresses: [
    { interface: "vmbr0", address: `${OWN}/64` },
    { interface: "vmbr0", address: "203.0.113.10/24" },
    { interface: "vmbr1", address: "192.168.0.1/24" },
    { interface: "vmbr1", address: "fd00::1/64" },
  ],
};
const proxy = (change: Partial<TcpProxy>): TcpProxy => ({
  name: "web",
  address: OWN,
  port: 80,
  target: "192.168.0.100",
  ...change,
});
const proxies = [proxy({}), proxy({ name: "tls", address: "2001:DB8:113::10", port: 443 })];

test.each([
  `from uplink to [${OWN}]:80 -> accept, arrives at [${OWN}]:80`,
  `from guests to [${OWN}]:443 -> accept`,
  `from uplink to [${OWN}]:8080 -> reject`,
  `from uplink udp to [${OWN}]:80 -> reject`,
  "from guests to [fd00::1]:80 -> reject",
  "from uplink to 203.0.113.10:443 -> reject",
  "from uplink to 203.0.113.10:80 -> accept, arrives at 192.168.0.100:80",
])("proxies open their own ports of their own address: %s", (expectation) => {
  expect(expectationIssues(openProxies(policy, { proxies }), [expectation])).toEqual([]);
});

test("a flow that refuses somebody a proxy goes first", () => {
  const verdict = "drop" as const;
  const strict = { ...policy, flows: [{ from: "guests", to: "router", verdict }] };

  expect(
    expectationIssues(openProxies(strict, { proxies }), [`from guests to [${OWN}]:80 -> drop`]),
  ).toEqual([]);
});

test.each<[string, Partial<TcpProxy>, string[]]>([
  ["beside a forward of the other family", {}, []],
  ["beside one of another protocol", { port: 53 }, []],
  ["beside one of another address", { port: 443 }, []],
  [
    "on a port that is forwarded",
    { port: 9005 },
    [
      `it.proxies[0].port: tcp 9005 on ${OWN} is already forwarded by "range"; expected a port of its own`,
    ],
  ],
  [
    "on an address and port that are forwarded",
    { address: "2001:db8:113:0::11", port: 443 },
    [
      'it.proxies[0].port: tcp 443 on 2001:db8:113::11 is already forwarded by "other"; expected a port of its own',
    ],
  ],
  [
    "on a port that the machine is managed by",
    { port: 2200 },
    ["it.proxies[0].port: would capture management port 2200; expected another port"],
  ],
])("a proxy %s", (_, change, issues) => {
  expect(proxyIssues("it", { proxies: [proxy(change)] }, policy)).toEqual(issues);
});
