// Needs root: asks the real tools in namespaces of its own.
import { type Bridge, bridgeIssues } from "../../net/bridge";
import type { ConfigFile } from "../../net/config-file";
import { renderBridgeNetdev } from "../../net/netdev";
import { renderLinks } from "../../net/networkd";
import { networkdIssues } from "../../net/networkd-issues";
import { type NetworkdNetwork, renderNetwork } from "../../net/networkd-network";
import { homeInterfaces } from "../home";
import { onDebian } from "./debian";
import { DHCP_CLIENT } from "./dhcp-client";
import { goldenCases } from "./golden-files";
import { NETWORKD } from "./networkd-daemon";

const networks = goldenCases<NetworkdNetwork>("network");
const netdevs = goldenCases<Bridge>("netdev");

const complaints = (files: readonly ConfigFile[]) =>
  onDebian(`${NETWORKD}networkd; complaints`, files).output;

test.each(networks)("networkd: $name is rendered as reviewed", ({ input, text }) => {
  expect(networkdIssues("network", input)).toEqual([]);
  expect(renderNetwork(input).text).toBe(text);
});

test.each(netdevs)("a netdev: $name is rendered as reviewed", ({ input, text }) => {
  expect(bridgeIssues("bridge", input)).toEqual([]);
  expect(renderBridgeNetdev(input).text).toBe(text);
});

test.each([
  ...networks.map(({ name, input }) => ({
    name,
    files: [
      renderNetwork(input),
      ...(input.bridge === undefined ? [] : [renderBridgeNetdev({ name: input.bridge })]),
    ],
  })),
  ...netdevs.map(({ name, input }) => ({ name, files: [renderBridgeNetdev(input)] })),
])("systemd-networkd understands every line of $name", ({ files }) => {
  expect(complaints(files)).toBe("");
});

test("systemd-networkd complains of a key or value that it does not know", () => {
  const path = "/etc/systemd/network/20-lan.network";
  const text = "[Match]\nName=lan\n\n[Network]\nAddres=10.0.0.1/24\nAddress=10.0.0.1/40\n";

  expect(complaints([{ path, text }])).toMatch(
    // systemd 252 and 257 have different words for the address.
    new RegExp(`${path}:5: Unknown key 'Addres'.*\\n${path}:6: .*\\b10.0.0.1/40\\b.* ignoring`),
  );
});

test("udev understands the files that name interfaces", () => {
  const log = (files: readonly ConfigFile[]) =>
    onDebian(
      `${DHCP_CLIENT}cable v0 02:00:00:00:00:01
      SYSTEMD_LOG_LEVEL=debug udevadm test-builtin net_setup_link /sys/class/net/v0`,
      files,
    ).output;
  const links = renderLinks(homeInterfaces);

  const lines = log(links).split("\n");
  expect(lines.filter((line) => line.startsWith('Parsed configuration file "/etc/'))).toHaveLength(
    links.length,
  );
  expect(lines.filter((line) => line.startsWith("/etc/systemd/network/"))).toEqual([]);
  expect(log([{ path: "/etc/systemd/network/10-x.link", text: "[Link]\nNam=x\n" }])).toContain(
    "10-x.link:2: Unknown key 'Nam'",
  );
});

test("a bridge of ours has the MAC, the address and the DHCP server that were asked for", () => {
  const bridge: Bridge = { name: "virbr0", mac: "52:54:00:9a:8a:d1" };
  const inside: NetworkdNetwork = {
    name: "virbr0",
    addresses: ["10.10.0.1/24"],
    pool: { from: "10.10.0.20", to: "10.10.0.20", dns: ["1.1.1.1", "9.9.9.9"] },
  };
  const { output } = onDebian(
    `${NETWORKD}cable port0 02:00:00:00:01:00
    networkd
    settled virbr0
    ip -d -br link show virbr0
    ip -d link show virbr0 | grep -o 'forward_delay [0-9]*\\|stp_state [0-9]'
    lease`,
    [
      renderBridgeNetdev(bridge),
      renderNetwork(inside),
      renderNetwork({ name: "port0", bridge: "virbr0" }),
    ],
  );

  expect(output).toContain("52:54:00:9a:8a:d1");
  expect(output).toContain("forward_delay 0\nstp_state 0\n");
  expect(output).toContain("10.10.0.20 255.255.255.0 10.10.0.1 1.1.1.1 9.9.9.9 none 3600\n");
});

test("a client gets its reserved address and the domain from systemd-networkd", () => {
  const lan: NetworkdNetwork = {
    name: "lan",
    addresses: ["192.168.100.1/24"],
    pool: {
      from: "192.168.100.10",
      to: "192.168.100.250",
      leaseTime: 7200,
      domain: "lan.example.net",
      reservations: [{ mac: "02:00:00:00:01:00", address: "192.168.100.77" }],
    },
  };
  const { output } = onDebian(
    `${NETWORKD}cable lan 02:00:00:00:01:00; networkd; settled lan; lease`,
    [renderNetwork(lan)],
  );

  expect(output).toBe(
    "192.168.100.77 255.255.255.0 192.168.100.1 192.168.100.1 lan.example.net 7200\n",
  );
});

test("hosts choose an address of the network that systemd-networkd advertises", () => {
  const lan: NetworkdNetwork = { name: "lan", addresses: ["fd00:100::1/64"], advertise: true };
  const { output } = onDebian(`${NETWORKD}cable lan 02:00:00:00:01:00; networkd; chosen_address`, [
    renderNetwork(lan),
  ]);

  expect(output).toContain("inet6 fd00:100::ff:fe00:100/64");
  expect(output).toContain("default via fe80::");
});

test("a routed guest has a host route in both families, and its neighbours get an answer", () => {
  const guest: NetworkdNetwork = {
    name: "tap101i0",
    addresses: ["10.254.254.1/32", "fe80::1/64"],
    routes: [
      { destination: "10.254.254.2/32" },
      { destination: "2001:db8:8:5688::2/128" },
      { destination: "10.40.0.0/16", gateway: "10.50.0.1", onLink: true, metric: 7 },
    ],
    proxyNeighbours: ["2001:DB8:8:5688::3"],
  };
  const { output } = onDebian(
    `${NETWORKD}cable tap101i0 02:00:00:00:01:00
    networkd
    settled tap101i0
    ip route; ip -6 route | grep 2001; ip -6 neigh show proxy`,
    [renderNetwork(guest)],
  );

  expect(output).toMatch(/^10\.254\.254\.2 dev tap101i0 proto static scope link/m);
  expect(output).toMatch(/^2001:db8:8:5688::2 dev tap101i0 proto static/m);
  expect(output).toMatch(
    /^10\.40\.0\.0\/16 via 10\.50\.0\.1 dev tap101i0 proto static metric 7 onlink/m,
  );
  expect(output).toMatch(/^2001:db8:8:5688::3 dev tap101i0 proxy/m);
});
