import { coexistence } from "../../net/coexistence";
import { type FirewallPolicy, Protocol } from "../../net/policy";

const policy: FirewallPolicy = {
  management: { interface: "vm0" },
  zones: [
    { name: "wan", interfaces: ["wan"] },
    { name: "lan", interfaces: ["lan"] },
  ],
  flows: [
    { from: "lan", to: "router", protocol: Protocol.Udp, ports: [53] },
    { from: "lan", to: "wan", name: "out" },
  ],
  forwards: [
    { name: "web", from: "wan", protocol: Protocol.Tcp, port: 80, address: "192.168.100.20" },
  ],
};

const docker = "chain ip filter FORWARD type filter hook forward priority filter; policy drop;";

test.each([
  [
    "a chain that drops what it does not accept",
    [docker],
    [
      "table ip filter, chain FORWARD drops whatever none of its own rules accepts: flows[1] out: lan -> wan, forward web get through only where it accepts as well",
    ],
  ],
  [
    "a chain of a table with rules that drop",
    ["chain inet fence in type filter hook input priority -10; policy accept;", "drops inet fence"],
    [
      "table inet fence, chain in is in a table with rules that drop or reject: flows[0] lan -> router gets through only where it accepts as well",
    ],
  ],
  [
    "a chain that accepts, in a table without such rules",
    ["chain inet libvirt forward type filter hook forward priority filter; policy accept;"],
    [],
  ],
  ["a chain of another hook", [docker.replace("forward", "output")], []],
  ["a chain of bridges", [docker.replace("ip filter", "bridge filter")], []],
  [
    "a chain that translates",
    ["chain ip nat PREROUTING type nat hook prerouting priority dstnat; policy accept;"],
    [
      "table ip nat, chain PREROUTING translates destinations too: a port that it takes does not reach forward web",
    ],
  ],
  [
    "rules that nft does not list",
    ["legacy filter nat"],
    [
      "iptables-legacy holds rules in filter, nat, which nft does not list: what they drop stays dropped",
    ],
  ],
  [
    "bridges whose packets are filtered",
    ["bridge bridge-nf-call-iptables", "bridge bridge-nf-call-ip6tables"],
    [
      "net.bridge.bridge-nf-call-iptables is 1: what guests on one bridge say to each other crosses this policy too",
    ],
  ],
  [
    "services",
    ["service docker", "service nftables"],
    [
      "docker is running and rewrites its own rules at any time",
      "nftables.service removes every table when it is restarted: ours comes back right after it",
    ],
  ],
  ["nothing", [], []],
])("%s: what it does to the policy is said", (_, survey, sentences) => {
  expect(coexistence(survey, policy)).toEqual(sentences);
});

test("of many declarations five are named", () => {
  const flows = Array.from({ length: 8 }, () => ({ from: "lan", to: "wan" }));

  expect(coexistence([docker], { ...policy, flows, forwards: [] })[0]).toMatch(
    /flows\[4\] lan -> wan and 3 more get through/,
  );
});
