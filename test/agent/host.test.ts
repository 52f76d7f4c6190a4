import { renderBundle } from "../../agent/bundle";
import { bridgeOperations, type HostBridge } from "../../agent/host";
import type { NetworkServices } from "../../net/dnsmasq";

const bridge: HostBridge = {
  name: "vmbr1",
  ports: [],
  isolated: false,
  addresses: ["192.168.0.1/24", "FD93:7A1C:8:5688:0::1/64"],
  free: false,
  declared: { name: "vmbr1" },
  mac: "02:00:00:00:00:11",
};
const services = { ranges: [{ from: "192.168.0.100", to: "192.168.0.150" }] };
const lines = (one: HostBridge) => {
  const operations = bridgeOperations(one);
  const bundle = renderBundle({ id: "inside-network", owner: "test", operations });
  const [, ops = ""] = /^member ops \d+\n([\s\S]*?)^(?:member |(?![\s\S]))/m.exec(bundle) ?? [];
  return ops.trimEnd().split("\n");
};

const quiet = ["all", "vmbr1"].map((device) => `net/ipv4/conf/${device}/send_redirects`);

test("a bridge has its addresses as ip(8) prints them, and sends no redirects", () => {
  expect(bridgeOperations(bridge)).toEqual([
    {
      kind: "bridge",
      name: "vmbr1",
      ports: [],
      addresses: ["192.168.0.1/24", "fd93:7a1c:8:5688::1/64"],
      free: false,
      declared: { name: "vmbr1" },
    },
    { kind: "stanza", name: "vmbr1", mac: "02:00:00:00:00:11", stp: false, forwardDelay: 0 },
    ...quiet.map((key) => ({ kind: "sysctl", key, value: 0 })),
  ]);
});

test("an isolated bridge gives the host no address that the kernel makes by itself", () => {
  expect(lines({ ...bridge, isolated: true, addresses: [] })).toEqual([
    expect.stringMatching(/^bridge vmbr1 none guarded [0-9a-f]{16}$/),
    "stanza vmbr1 02:00:00:00:00:11 off 0",
    "sysctl net/ipv6/conf/vmbr1/disable_ipv6 1",
  ]);
});

test("a port hands over what it has: addresses and routers, or a lease, with who asks for it first", () => {
  const ports = ["eno1"];
  const gateways = ["192.168.0.254", "FE80::1"];

  expect(lines({ ...bridge, ports, free: true, gateways }).slice(2, 3)).toEqual([
    "uplink vmbr1 eno1 free static 192.168.0.254 fe80::1",
  ]);
  const leased = lines({ ...bridge, ports, addresses: [], dhcp: true });
  expect([leased[0], leased[3]]).toEqual([
    "program dhclient isc-dhcp-client",
    "uplink vmbr1 eno1 guarded dhcp",
  ]);
  expect(lines({ ...bridge, ports, isolated: true, addresses: [] }).join()).not.toContain("uplink");
});

test("a guest's further address is led to it, and answered for where it is from", () => {
  const routedGuests = [
    { address: "203.0.113.50" },
    { address: "203.0.113.51", proxyOn: "enp1s0f0" },
    { address: "2001:DB8:113::51", proxyOn: "enp1s0f0" },
  ];

  expect(lines({ ...bridge, routedGuests }).slice(4)).toEqual([
    "route vmbr1 203.0.113.50/32",
    "route vmbr1 203.0.113.51/32",
    "neighbour enp1s0f0 203.0.113.51",
    "route vmbr1 2001:db8:113::51/128",
    "sysctl net/ipv6/conf/enp1s0f0/proxy_ndp 1",
    "neighbour enp1s0f0 2001:db8:113::51",
  ]);
});

test("services ask for the program first, and start once the bridge and their files are there", () => {
  expect(lines({ ...bridge, services })).toEqual([
    "program dnsmasq dnsmasq-base",
    expect.stringMatching(
      /^bridge vmbr1 none guarded [0-9a-f]{16} 192\.168\.0\.1\/24 fd93:7a1c:8:5688::1\/64$/,
    ),
    "stanza vmbr1 02:00:00:00:00:11 off 0",
    ...quiet.map((key) => `sysctl ${key} 0`),
    "file /etc/proxmox-router/dnsmasq-vmbr1.conf 0644 live files/1",
    "file /etc/systemd/system/proxmox-router-dnsmasq-vmbr1.service 0644 live files/2",
    "unit proxmox-router-dnsmasq-vmbr1.service",
  ]);
});

test.each<[NetworkServices["reservations"], string]>([
  [undefined, "keep"],
  [[{ mac: "bc:24:11:00:00:01", address: "192.168.0.200" }], "forget"],
])("systemd-networkd serves on the bridge in place of it, with %j", (reservations, leases) => {
  const options: NetworkServices["options"] = [{ option: "dns-server", values: ["1.1.1.1"] }];
  const networkd = { ...services, server: "networkd", options, reservations } as const;

  expect(lines({ ...bridge, services: networkd })).toEqual([
    "program networkctl systemd",
    expect.stringMatching(/^bridge vmbr1 /),
    expect.stringMatching(/^stanza vmbr1 /),
    ...quiet.map((key) => `sysctl ${key} 0`),
    "file /etc/systemd/network/20-vmbr1.network 0644 live files/1",
    `serve vmbr1 ${leases}`,
  ]);
});

test("the server listens on its bridge only, and names the host on it", () => {
  const files = bridgeOperations({ ...bridge, services }).flatMap((one) =>
    "text" in one ? [one.text] : [],
  );

  expect(
    files[0]?.split("\n").filter((line) => /^(interface|dhcp-(range|option))=/.test(line)),
  ).toEqual([
    "interface=vmbr1",
    "dhcp-range=192.168.0.100,192.168.0.150,255.255.255.0,192.168.0.255,3600",
    "dhcp-option=option:router,192.168.0.1",
    "dhcp-option=option:dns-server,192.168.0.1",
    "dhcp-option=option6:dns-server,[fd93:7a1c:8:5688::1]",
  ]);
});

test("a change of the declaration alone is another operation", () => {
  const [one] = lines({ ...bridge, declared: { mtu: 1500 } });
  const [other] = lines({ ...bridge, declared: { mtu: 9000 } });

  expect(one).not.toBe(other);
  expect(lines({ ...bridge, ports: ["eno2", "eno3"], free: true })[0]).toMatch(
    /^bridge vmbr1 eno2,eno3 free /,
  );
});
