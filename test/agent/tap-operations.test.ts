import { renderBundle } from "../../agent/bundle";
import { filterOperations } from "../../agent/guest";
import { tapOperations } from "../../agent/taps";
import { type RoutedNetwork, routedNetworkIssues } from "../../net/tap-guests";

const network: RoutedNetwork = {
  networkName: "guests",
  bridgeName: "vmbr9",
  addresses: ["10.254.254.1/24", "FD00:9:0::1/64"],
  guests: [
    { name: "app", interface: "tap100i0", mac: "bc:24:11:00:00:01", address: "10.254.254.2" },
    {
      name: "web",
      interface: "veth101i0",
      mac: "bc:24:11:00:00:02",
      address: "10.254.254.3",
      address6: "FD00:9::0003",
    },
  ],
  uplinks: [{ name: "vmbr0" }, { name: "eno2", proxy: "arp" }, { name: "eno3", proxy: "none" }],
};
const lines = (change: Partial<RoutedNetwork> = {}) => {
  const operations = tapOperations({ ...network, ...change });
  const bundle = renderBundle({ id: "guests", owner: "test", operations });
  const [, ops = ""] = /^member ops \d+\n([\s\S]*?)^member /m.exec(bundle) ?? [];
  return ops.trimEnd().split("\n");
};

test("guests are followed before they are led anywhere, and get addresses last", () => {
  expect(lines()).toEqual([
    "program dnsmasq dnsmasq-base",
    "sysctl net/ipv6/conf/vmbr0/proxy_ndp 1",
    "sysctl net/ipv6/conf/eno2/proxy_ndp 1",
    "sysctl net/ipv4/conf/eno2/proxy_arp 1",
    "unreachable 10.254.254.0/24",
    "unreachable fd00:9::/64",
    "file /etc/proxmox-router/follow-taps-guests.sh 0644 live files/1",
    "file /etc/systemd/system/proxmox-router-taps-guests.service 0644 live files/2",
    "unit proxmox-router-taps-guests.service",
    "tap tap100i0 vmbr9 own 10.254.254.1/32 fd00:9::1/64 fe80::1/64 guest 10.254.254.2 on vmbr0 eno2",
    "tap veth101i0 vmbr9 own 10.254.254.1/32 fd00:9::1/64 fe80::1/64 guest 10.254.254.3 fd00:9::3 on vmbr0 eno2",
    "file /etc/proxmox-router/dnsmasq-guests.conf 0644 live files/3",
    "file /etc/systemd/system/proxmox-router-dnsmasq-guests.service 0644 live files/4",
    "unit proxmox-router-dnsmasq-guests.service",
  ]);
});

test("without IPv6 nothing of it is touched", () => {
  expect(
    lines({ addresses: ["10.254.254.1/24"], guests: network.guests.slice(0, 1) }).join("\n"),
  ).not.toMatch(/ipv6|::/);
});

test("a filter turns forwarding on where it is told, or everywhere", () => {
  const keys = (forwarding?: string[]) =>
    filterOperations("", [], forwarding).flatMap((one) => (one.kind === "sysctl" ? one.key : []));
  const ipv6 = "net/ipv6/conf/all/forwarding";

  expect(keys(["vmbr0"])).toEqual(["net/ipv4/conf/vmbr0/forwarding", ipv6]);
  expect(keys()).toEqual(["net/ipv4/ip_forward", ipv6]);
});

const [app] = network.guests;
test.each<[string, object, string]>([
  ["no guest", { guests: [] }, "guests: empty; expected at least one guest"],
  [
    "an interface that Proxmox does not make",
    { guests: [{ ...app, interface: "eth0" }] },
    'guests[0].interface: got "eth0"; expected tap or veth, id, i and number of the NIC',
  ],
  [
    "one interface for two guests",
    {
      guests: [app, { ...app, name: "web", mac: "02:00:00:00:00:02", address: "10.254.254.9" }],
    },
    'guests[1].interface: "tap100i0" is declared twice; expected one guest on it',
  ],
  [
    "a way to be found that does not exist",
    { uplinks: [{ name: "vmbr0", proxy: "all" }] },
    'uplinks[0].proxy: got "all"; expected neighbours, arp, none',
  ],
  [
    "two addresses of one family",
    { addresses: ["10.254.254.1/24", "10.254.253.1/24"] },
    "addresses: more than one of IPv4; expected one of each family",
  ],
  ["a key that does not exist", { ports: [] }, 'network: has the key "ports"; expected'],
])("%s is refused", (_, change, message) => {
  expect(routedNetworkIssues({ ...network, ...change }).join("\n")).toContain(message);
});

test("what is declared here has no issues", () => {
  expect(routedNetworkIssues(network)).toEqual([]);
});
