import type { FirewallPolicy } from "../../net/policy";
import { policyIssues } from "../../net/policy-issues";
import { expectationIssues, parseExpectation } from "../../net/expect";
import { lockoutIssues } from "../../net/policy-lockout";
import { simulate } from "../../net/simulator";
import { homePolicy } from "../home";

const policy: FirewallPolicy = {
  ...homePolicy,
  flows: [
    ...homePolicy.flows,
    { name: "shop", from: "wan", to: "guest", services: ["https"] },
    { name: "v6", from: "wan", to: "lan", protocol: "tcp", ports: [80] },
  ],
  defaults: [{ from: "guest", to: "wan", verdict: "drop" }],
  addresses: [
    { interface: "vm0", address: "10.99.0.100/24" },
    { interface: "wan", address: "203.0.113.5/24" },
    { interface: "lan", address: "192.168.100.1/24" },
    { interface: "lan", address: "fd00:100::1/64" },
    { interface: "opt2", address: "192.168.102.1/24" },
  ],
  routes: [
    { destination: "0.0.0.0/0", interface: "wan", gateway: "203.0.113.1" },
    { destination: "::/0", interface: "wan" },
  ],
  forwards: [
    ...(homePolicy.forwards ?? []),
    {
      name: "office",
      from: "wan",
      protocol: "tcp",
      port: 3389,
      address: "192.168.100.21",
      allow: ["198.51.100.0/28"],
    },
  ],
  oneToOne: [{ name: "shop", zone: "wan", external: "203.0.113.7", internal: "192.168.102.30" }],
  prefixTranslations: [
    { name: "site", zone: "wan", internal: "fd00:100::/64", external: "2001:db8:8::/64" },
  ],
};

const MET = [
  "from wan to 203.0.113.5:443 -> accept, arrives at 192.168.100.20:443",
  "from wan to 203.0.113.5:443 → accept, arrives at 192.168.100.20:443",
  "from wan to wan:2222 -> accept, arrives at 192.168.100.20:22",
  "from lan 192.168.100.9 to 203.0.113.5:443 -> accept, arrives at 192.168.100.20:443, leaves as 192.168.100.1",
  "from guest to 203.0.113.5:443 -> accept, arrives at 192.168.100.20:443, leaves as 192.168.102.2",
  "from lan to router:443 -> reject",
  "from guest to 192.168.100.1:443 -> reject",
  "from wan 198.51.100.3 to 203.0.113.5:3389 -> accept, arrives at 192.168.100.21:3389",
  "from wan 198.51.100.77 to 203.0.113.5:3389 -> refuse",
  "from guest 192.168.102.9 to 203.0.113.5:3389 -> refuse",
  "from wan to 203.0.113.7:443 -> accept, arrives at 192.168.102.30:443",
  "from wan to 203.0.113.7:80 -> reject",
  "from lan to 198.51.100.80:80 -> accept, leaves as 203.0.113.5",
  "from guest to 198.51.100.80:80 -> drop",
  "from wan to router -> accept",
  "from lan udp to router:53 -> accept",
  "from wan 2001:db8:1::9 to [2001:db8:8::20]:80 -> accept, arrives at [fd00:100::20]:80",
  "from lan fd00:100::20 to [2001:db8:1::9]:80 -> accept, leaves as 2001:db8:8::20",
  "from router to 198.51.100.80:443 -> accept",
];

test("the policy that expectations are tried on is valid", () => {
  expect(policyIssues(policy)).toEqual([]);
});

test.each(MET)("the policy meets: %s", (text) => {
  expect(expectationIssues(policy, [text])).toEqual([]);
});

test.each([
  [
    "from wan to 203.0.113.5:443 -> accept, arrives at 192.168.100.21:443",
    "expect[0]: from wan to 203.0.113.5:443: accept, arrives at 192.168.100.20:443, leaves as 203.0.113.1, by forwards[0] web; expected accept, arrives at 192.168.100.21:443",
  ],
  [
    "from guest to 192.168.100.20:443 -> accept",
    "expect[0]: from guest to 192.168.100.20:443: reject, arrives at 192.168.100.20:443, by undeclared: guest -> lan; expected accept",
  ],
  [
    "from dmz to 192.168.100.20:443 -> accept",
    'expect[0]: unknown zone "dmz"; expected guest, lan, router, wan',
  ],
  [
    "from wan to mars:443 -> accept",
    'expect[0]: got "from wan to mars:443 -> accept"; expected an address, guest, lan, router, wan as destination',
  ],
  [
    "wan may reach 203.0.113.5:443",
    'expect[0]: got "wan may reach 203.0.113.5:443"; expected "from wan to 203.0.113.5:443 -> accept, arrives at 10.10.0.200:443"',
  ],
])("an expectation that is not met is told with what happens instead: %s", (text, issue) => {
  expect(expectationIssues(policy, [text])).toEqual([issue]);
});

test("without a route an expectation can not be checked", () => {
  expect(
    expectationIssues({ ...policy, routes: [] }, ["from lan to 198.51.100.80:80 -> accept"]),
  ).toEqual(["expect[0]: there is no route to 198.51.100.80; expected one in routes"]);
});

test("an expectation is read in full", () => {
  expect(parseExpectation("from lan fd00::2 udp to [fd00::1]:53 -> reject")).toEqual({
    from: "lan",
    source: "fd00::2",
    protocol: "udp",
    to: "fd00::1",
    port: 53,
    verdict: "reject",
  });
});

test("the outcome names the counters that count it", () => {
  const outcome = simulate(policy, {
    in: "wan",
    source: "198.51.100.3",
    destination: "203.0.113.5",
    protocol: "tcp",
    port: 2222,
  });

  expect(outcome).toEqual({
    way: "forward",
    verdict: "accept",
    decidedBy: "forwards[1] ssh",
    out: "lan",
    source: "198.51.100.3",
    destination: "192.168.100.20",
    port: 22,
    counters: ["forward_ssh", "lan_egress", "wan_ingress"],
    limited: false,
  });
});

test("who is asked for on a link of no zone keeps the address of who asks", () => {
  const far: FirewallPolicy = {
    ...policy,
    forwards: [
      {
        name: "far",
        from: "wan",
        protocol: "tcp",
        port: 444,
        address: "10.99.0.20",
        externalAddresses: ["203.0.113.6"],
      },
    ],
  };
  const asked = { destination: "203.0.113.6", protocol: "tcp", port: 444 } as const;

  expect(simulate(far, { ...asked, in: "vm0", source: "10.99.0.9" }).source).toBe("10.99.0.9");
  expect(simulate(far, { ...asked, in: "lan", source: "192.168.100.9" }).source).toBe(
    "192.168.100.9",
  );
});

test("a new connection to the management ports is let in by the guard alone", () => {
  expect(lockoutIssues(policy, [22])).toEqual([]);
  expect(lockoutIssues(homePolicy, [22])).toEqual([]);
});

test.each<[FirewallPolicy["management"], number[], string]>([
  [
    { interface: "vm0", ports: [2200] },
    [22],
    "management: a new connection from 10.99.0.1 to 10.99.0.100 on vm0, port 22, gets: reject by undeclared: no zone -> router; expected accept, or allowLockout: true",
  ],
  [
    { interface: "vm0", sources: ["192.0.2.0/24"] },
    [22],
    "management: a new connection from 10.99.0.1 to 10.99.0.100 on vm0, port 22, gets: reject by undeclared: no zone -> router; expected accept, or allowLockout: true",
  ],
])("a policy that shuts the administrator out is refused: %j", (management, ports, issue) => {
  expect(lockoutIssues({ ...policy, management }, ports)).toEqual([issue]);
});
