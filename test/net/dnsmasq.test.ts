// Needs root: asks the real tools in namespaces of its own.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type DnsmasqServer, renderDnsmasq } from "../../net/dnsmasq";
import { dnsmasqIssues } from "../../net/dnsmasq-issues";
import { onDebian } from "./debian";
import { DHCP_CLIENT } from "./dhcp-client";
import { goldenCases } from "./golden-files";

const CONFIG = "/etc/proxmox-router/dnsmasq.conf";
const DHCP6 = readFileSync(join(__dirname, "dhcp6.py"), "utf8");
const cases = goldenCases<DnsmasqServer>("dnsmasq");

test.each(cases)("dnsmasq: $name is rendered as reviewed", ({ input, text }) => {
  expect(dnsmasqIssues("server", input)).toEqual([]);
  expect(renderDnsmasq(input)).toBe(text);
});

test.each(cases)("dnsmasq accepts $name", ({ text }) => {
  expect(onDebian(`dnsmasq --test --conf-file=${CONFIG}`, [{ path: CONFIG, text }])).toEqual({
    status: 0,
    output: "dnsmasq: syntax check OK.\n",
  });
});

test("dnsmasq itself lets reversed ranges and its own address as upstream pass", () => {
  const text =
    "dhcp-range=192.168.0.150,192.168.0.100,1h\nlisten-address=10.0.0.1\nserver=10.0.0.1\n";

  expect(onDebian(`dnsmasq --test --conf-file=${CONFIG}`, [{ path: CONFIG, text }]).status).toBe(0);
});

const served: [string, DnsmasqServer, string][] = [
  [
    "an address of the range, with its gateway as router and name server",
    {
      name: "guests",
      interfaces: ["vmbr1"],
      addresses: ["192.168.0.1/24"],
      ranges: [{ from: "192.168.0.100", to: "192.168.0.100" }],
      leaseTime: 259_200,
    },
    "192.168.0.100 255.255.255.0 192.168.0.1 192.168.0.1 none 259200",
  ],
  [
    "its reserved address where nothing else is handed out",
    {
      name: "guests",
      interfaces: ["absent0", "vmbr1"],
      addresses: ["192.168.0.1/24"],
      reservations: [{ mac: "02:00:00:00:01:00", address: "192.168.0.200", name: "web" }],
      domain: "lan.example.net",
    },
    "192.168.0.200 255.255.255.0 192.168.0.1 192.168.0.1 lan.example.net 3600",
  ],
  [
    "a wider network than the one route of its gateway's address",
    {
      name: "routed",
      interfaces: ["vmbr1"],
      addresses: ["10.254.254.1/24"],
      reservations: [{ mac: "02:00:00:00:01:00", address: "10.254.254.2" }],
      leaseTime: 28_800,
      options: [{ option: "dns-server", values: ["1.1.1.1", "9.9.9.9"] }],
    },
    "10.254.254.2 255.255.255.0 10.254.254.1 1.1.1.1 9.9.9.9 none 28800",
  ],
];

test.each(served)("a client is given %s", (_, server, expected) => {
  const address = server.name === "routed" ? "10.254.254.1/32" : server.addresses[0];
  const { output } = onDebian(
    `${DHCP_CLIENT}
    cable vmbr1 02:00:00:00:01:00
    ip address add ${address} dev vmbr1
    dnsmasq --conf-file=${CONFIG} --user=root --pid-file=/run/dnsmasq.pid
    lease`,
    [{ path: CONFIG, text: renderDnsmasq(server) }],
  );

  expect(output).toBe(`${expected}\n`);
});

test("dnsmasq itself takes a host named 12h for a lease time, and ignores one named ignore", () => {
  const told = (name: string) => {
    const [, server] = served[1] ?? [];
    if (!server) throw new Error("no reserved address among the cases");
    const named = (server.reservations ?? []).map((one) => ({ ...one, name }));
    return onDebian(
      `${DHCP_CLIENT}
      cable vmbr1 02:00:00:00:01:00
      ip address add 192.168.0.1/24 dev vmbr1
      dnsmasq --conf-file=${CONFIG} --user=root --pid-file=/run/dnsmasq.pid
      lease`,
      [{ path: CONFIG, text: renderDnsmasq({ ...server, reservations: named }) }],
    ).output;
  };

  expect(told("12h")).toMatch(/ 43200\n$/);
  expect(told("ignore")).toContain("no lease, failing");
});

test("hosts choose an address of the advertised network and take its router", () => {
  const server: DnsmasqServer = {
    name: "guests",
    interfaces: ["vmbr1"],
    addresses: ["fd00:1::1/64"],
    advertise: true,
  };
  const { output } = onDebian(
    `${DHCP_CLIENT}
    cable vmbr1 02:00:00:00:01:00
    ip address add fd00:1::1/64 dev vmbr1 nodad
    dnsmasq --conf-file=${CONFIG} --user=root --pid-file=/run/dnsmasq.pid
    chosen_address`,
    [{ path: CONFIG, text: renderDnsmasq(server) }],
  );

  expect(output).toContain("inet6 fd00:1::ff:fe00:100/64");
  expect(output).toContain("default via fe80::");
});

test("a host is told to ask for its reserved IPv6 address, and its way out", () => {
  const server: DnsmasqServer = {
    name: "guests",
    interfaces: ["vmbr1"],
    addresses: ["192.168.0.1/24", "fd00:1:0:0:1::1/80"],
    reservations: [
      { mac: "02:00:00:00:01:00", address: "192.168.0.100", address6: "fd00:1:0:0:1::100" },
    ],
  };
  const { output } = onDebian(
    `${DHCP_CLIENT}
    cable vmbr1 02:00:00:00:01:00
    ip address add fd00:1:0:0:1::1/80 dev vmbr1 nodad
    dnsmasq --conf-file=${CONFIG} --user=root --pid-file=/run/dnsmasq.pid
    until ip -n client -6 route show default | grep . && ip -n client -6 route show root fd00::/16; do sleep 0.2; done
    ip netns exec client /usr/bin/python3 - c0 <<'END'\n${DHCP6}\nEND`,
    [{ path: CONFIG, text: renderDnsmasq(server) }],
  );

  expect(output).toMatch(/^default via fe80::/);
  expect(output).toContain("fd00:1:0:0:1::/80 dev c0 proto kernel");
  expect(output).toMatch(/^fd00:1::1:0:0:100 3600$/m);
});

test("names of leases are answered on the network, and nothing is on any other interface", () => {
  const server: DnsmasqServer = {
    name: "guests",
    interfaces: ["vmbr1"],
    addresses: ["192.168.0.1/24"],
    reservations: [{ mac: "02:00:00:00:01:00", address: "192.168.0.200", name: "web" }],
    domain: "lan.example.net",
  };
  const { output } = onDebian(
    `${DHCP_CLIENT}
    cable vmbr1 02:00:00:00:01:00
    ip address add 192.168.0.1/24 dev vmbr1
    dnsmasq --conf-file=${CONFIG} --user=root --pid-file=/run/dnsmasq.pid
    lease >/dev/null
    ip -n client address add 192.168.0.200/24 dev c0
    for name in web.lan.example.net 200.0.168.192.in-addr.arpa; do
      ip netns exec client busybox nslookup -type=any "$name" 192.168.0.1 | grep -E '^(Address: 192.168.0.2|.*name = )'
    done
    busybox nslookup web.lan.example.net 127.0.0.1 >/dev/null 2>&1 || echo 'loopback: refused'`,
    [{ path: CONFIG, text: renderDnsmasq(server) }],
  );

  expect(output).toContain("Address: 192.168.0.200\n");
  expect(output).toContain("name = web.lan.example.net\n");
  expect(output).toContain("loopback: refused\n");
});
