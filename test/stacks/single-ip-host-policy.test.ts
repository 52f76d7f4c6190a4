import type { Ipv6Mode } from "../../net/ipv6-mode";
import { expectationIssues } from "../../net/expect";
import type { FirewallPolicy } from "../../net/policy";
import { lockoutIssues } from "../../net/policy-lockout";
import { openProxies } from "../../net/policy-proxies";
import { tcpProxies } from "../../stacks/host-ipv6";
import { policy } from "../../stacks/host-network";
import { configured, networks } from "./host-config";

const routed = (change: Record<string, unknown>, mode: Ipv6Mode = "ndp-proxy"): FirewallPolicy => ({
  ...openProxies(policy(configured(change), mode), tcpProxies(configured(change), mode)),
  routes: ["0.0.0.0/0", "::/0"].map((destination) => ({ destination, interface: "vmbr0" })),
});
const PUBLIC = "203.0.113.10";
const GUEST6 = "fd93:7a1c:8:5688::100";

test.each([
  [
    "a forward arrives",
    `from uplink 198.51.100.7 to ${PUBLIC}:80 -> accept, arrives at 192.168.0.100:80`,
  ],
  [
    "a forward to another port arrives",
    `from uplink to ${PUBLIC}:5678 -> accept, arrives at 192.168.0.200:22`,
  ],
  ["a port that nobody declared is rejected", `from uplink to ${PUBLIC}:9999 -> reject`],
  ["the same port of the other protocol is rejected", `from uplink udp to ${PUBLIC}:80 -> reject`],
  ["a guest is not reached past its forward", "from uplink to 192.168.0.100:80 -> reject"],
  ["SSH of the host stays open", `from uplink to ${PUBLIC}:22 -> accept, arrives at ${PUBLIC}:22`],
  ["the GUI of the host stays open", `from uplink to ${PUBLIC}:8006 -> accept`],
  ["a guest gets out as the host", `from vmbr1 to 198.51.100.7:443 -> accept, leaves as ${PUBLIC}`],
  [
    "a guest reaches a forward of another by the public address",
    `from vmbr1 192.168.0.200 to ${PUBLIC}:80 -> accept, arrives at 192.168.0.100:80, leaves as 192.168.0.1`,
  ],
  [
    "a network reaches another's forward too",
    `from vmbr2 to ${PUBLIC}:80 -> accept, arrives at 192.168.0.100:80`,
  ],
  ["a network does not reach another", "from vmbr2 to 192.168.0.200:443 -> reject"],
  [
    "what is allowed reaches another",
    "from vmbr1 to 10.9.0.5:443 -> accept, leaves as 192.168.0.2",
  ],
  ["other ports of it do not", "from vmbr1 to 10.9.0.5:80 -> reject"],
  ["a guest asks the host for names", "from vmbr1 udp to router:53 -> accept"],
  ["a guest does not get in", "from vmbr1 to router:22 -> reject"],
  ["a guest does not get in by the public address", `from vmbr1 to ${PUBLIC}:8006 -> reject`],
  [
    "an allowed port is reached over IPv6",
    `from uplink 2001:db8:51::80 to [${GUEST6}]:443 -> accept`,
  ],
  ["others are not", `from uplink 2001:db8:51::80 to [${GUEST6}]:80 -> reject`],
  [
    "a guest keeps its IPv6 address",
    `from vmbr1 ${GUEST6} to [2001:db8:51::80]:443 -> accept, leaves as ${GUEST6}`,
  ],
])("%s: %s", (_, expectation) => {
  expect(expectationIssues(routed({}), [expectation])).toEqual([]);
});

test.each<[string, Record<string, unknown>, string]>([
  ["alone: nothing", {}, "from vmbr1 192.168.0.100 to 192.168.0.200:445 -> reject"],
  [
    "with Proxmox's: each other",
    { proxmoxFirewall: true },
    "from vmbr1 192.168.0.100 to 192.168.0.200:445 -> accept, leaves as 192.168.0.100",
  ],
  [
    "with Proxmox's, kept apart: nothing",
    { proxmoxFirewall: true, ...networks({ portIsolation: true }) },
    "from vmbr1 192.168.0.100 to 192.168.0.200:445 -> reject",
  ],
])("what guests of one bridge say reaches through the filter, %s", (_, change, expectation) => {
  expect(expectationIssues(routed(change), [expectation])).toEqual([]);
});

test("with Proxmox's firewall guests of an isolated bridge reach each other too", () => {
  const alone = networks({}, { name: "vmbr3", mode: "isolated" });
  const { routes = [], ...rest } = routed({ proxmoxFirewall: true, ...alone });
  const inner = [...routes, { destination: "10.77.0.0/24", interface: "vmbr3" }];

  expect(
    expectationIssues({ ...rest, routes: inner }, [
      "from vmbr3 10.77.0.1 to 10.77.0.2:445 -> accept",
      "from vmbr3 10.77.0.1 to 192.168.0.200:445 -> reject",
    ]),
  ).toEqual([]);
});

const PUBLIC6 = "2001:db8:113::10";
const behindTheHost = `from vmbr1 ${GUEST6} to [2001:db8:51::80]:443 -> accept, leaves as ${PUBLIC6}`;
const inItsOwnName = `from vmbr1 ${GUEST6} to [2001:db8:51::80]:443 -> accept, leaves as ${GUEST6}`;
const proxied = `from uplink 2001:db8:51::80 to [${PUBLIC6}]:8080 -> accept, arrives at [${PUBLIC6}]:8080`;
const notProxied = `from uplink 2001:db8:51::80 to [${PUBLIC6}]:8080 -> reject`;

test.each<[Ipv6Mode, string[]]>([
  ["routed", [inItsOwnName, notProxied]],
  ["ndp-proxy", [inItsOwnName, notProxied]],
  ["nat66", [behindTheHost, notProxied]],
  ["tcp-proxy", [behindTheHost, proxied, `from vmbr2 to [${PUBLIC6}]:8080 -> accept`]],
  [
    "off",
    [
      `from vmbr1 ${GUEST6} to [2001:db8:51::80]:443 -> reject`,
      `from vmbr1 to 198.51.100.7:443 -> accept, leaves as ${PUBLIC}`,
      notProxied,
    ],
  ],
])("in the mode %s guests get out, and proxies are reached, as it says", (mode, expected) => {
  const proxies = [{ name: "web6", port: 8080, address: "192.168.0.100", targetPort: 80 }];

  expect(expectationIssues(routed({ proxies }, mode), expected)).toEqual([]);
});

test("the administrator gets in, whatever is allowed and forwarded, with unknown addresses too", () => {
  const allow = [{ from: "vmbr1", to: "router" }];

  expect(lockoutIssues(policy(configured({ allow }), "off"), [22, 8006])).toEqual([]);
  expect(lockoutIssues(policy(configured({ uplinks: [{ name: "vmbr0" }] }), "off"), [22])).toEqual(
    [],
  );
});

test("every uplink is a way out and a way to the forwards, the first one alone a way in", () => {
  const uplinks = [
    { name: "vmbr0", addresses: ["10.99.0.2/24"] },
    { name: "eno2", addresses: [`${PUBLIC}/24`] },
  ];
  const { management, zones, masquerade } = policy(configured({ uplinks }), "off");

  expect([management, zones[0], masquerade]).toEqual([
    { interface: "vmbr0", node: true, uplink: true },
    { name: "uplink", interfaces: ["vmbr0", "eno2"] },
    ["uplink"],
  ]);
});
