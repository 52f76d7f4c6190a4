// Needs root: asks the real tools in namespaces of its own.
import { type InterfacesBridge, renderInterfacesBridge } from "../../net/interfaces-d";
import { interfacesBridgeIssues } from "../../net/interfaces-d-issues";
import { onDebian } from "./debian";
import { goldenCases } from "./golden-files";

const cases = goldenCases<InterfacesBridge>("interfaces-d");

// As /etc/network/interfaces of a node has it.
const SOURCE = {
  path: "/etc/network/interfaces",
  text: "auto lo\niface lo inet loopback\n\nsource /etc/network/interfaces.d/*\n",
};
const IFUPDOWN = `mount -o remount,rw /sys
mkdir -p /run/network
ifupdown() {
  tool=$1
  shift
  /usr/bin/python3 "/usr/sbin/$tool" "$@"
}
`;

interface Stanza {
  readonly name: string;
  readonly addr_family?: string;
  readonly config: Record<string, string | string[]>;
}

test.each(cases)("interfaces.d: $name is rendered as reviewed", ({ input, text }) => {
  expect(interfacesBridgeIssues("bridge", input)).toEqual([]);
  expect(renderInterfacesBridge(input).text).toBe(text);
});

test.each(cases)("ifupdown2 reads every line of $name", ({ input, text }) => {
  const { output } = onDebian(`${IFUPDOWN}ifupdown ifquery -o json ${input.name}`, [
    SOURCE,
    renderInterfacesBridge(input),
  ]);
  const stanzas = JSON.parse(output) as Stanza[];

  const lines = text.split("\n").filter((line) => line.startsWith("    "));
  const read = stanzas.flatMap(({ config }) =>
    Object.entries(config).flatMap(([key, values]) =>
      [values].flat().map((value) => `    ${key} ${value}`),
    ),
  );
  expect(read.sort()).toEqual(lines.sort());
});

test("a bridge comes up as declared, once more without complaint, and goes down again", () => {
  const bridge: InterfacesBridge = {
    name: "vmbr1",
    mac: "02:00:00:00:00:11",
    addresses: ["10.10.0.1/24", "fd00:10::1/64"],
    routes: [
      { destination: "10.20.0.0/16", gateway: "10.10.0.2", metric: 100 },
      { destination: "10.30.0.1/32" },
    ],
    proxyNeighbours: ["10.10.0.77", "fd00:10::77"],
  };
  const { output } = onDebian(
    `${IFUPDOWN}ifupdown ifup vmbr1
    ip link add tap101i0 type veth peer name other
    ip link set tap101i0 master vmbr1 up
    ifupdown ifreload -a
    echo "contradictions: $(ifupdown ifquery -c vmbr1 | grep -c fail)"
    cat /sys/class/net/vmbr1/address
    ip -br address show vmbr1 | xargs
    ls /sys/class/net/vmbr1/brif
    ip route show dev vmbr1 | sed 's/ linkdown *$//'
    ip -4 neigh show proxy | xargs
    ip -6 neigh show proxy | xargs
    ifupdown ifdown vmbr1
    ls /sys/class/net | xargs`,
    [SOURCE, renderInterfacesBridge(bridge)],
  );

  expect(output.split("\n")).toEqual([
    "contradictions: 0",
    "02:00:00:00:00:11",
    "vmbr1 DOWN 10.10.0.1/24 fd00:10::1/64",
    "tap101i0",
    "10.10.0.0/24 proto kernel scope link src 10.10.0.1",
    "10.20.0.0/16 via 10.10.0.2 metric 100",
    "10.30.0.1 scope link",
    "10.10.0.77 dev vmbr1 proxy",
    "fd00:10::77 dev vmbr1 proxy",
    "lo other tap101i0",
    "",
  ]);
});

const vmbr1: InterfacesBridge = { name: "vmbr1", addresses: ["10.10.0.1/24"] };

test.each<[string, Partial<InterfacesBridge>, string[]]>([
  [
    "ports that are itself, a guest's, given twice or no name",
    { ports: ["vmbr1", "tap100i0", "fwpr100p0", "eno2", "eno2", "eno3\n    up reboot"] },
    [
      'it.ports[0]: "vmbr1" is the bridge itself; expected another interface',
      'it.ports[1]: "tap100i0" belongs to a guest; expected no port that Proxmox attaches itself',
      'it.ports[2]: "fwpr100p0" belongs to a guest; expected no port that Proxmox attaches itself',
      'it.ports[4]: "eno2" is declared twice; expected it once',
      'it.ports[5]: got "eno3\\n    up reboot", which holds the unprintable character U+000A; expected an interface name, ^[a-z][a-z0-9._-]*$, of at most 15 bytes',
    ],
  ],
  [
    "an MTU too small for its IPv6 address",
    { addresses: ["fd00:10::1/64"], mtu: 1279 },
    ["it.mtu: got 1279 on a link with IPv6; expected at least 1280 bytes"],
  ],
  [
    "a network in place of an address, a route to nowhere and its own address as neighbour",
    {
      addresses: ["10.10.0.0/24", "10.11.0.1/24"],
      routes: [{ destination: "10.20.0.0/16", gateway: "10.50.0.1" }],
      proxyNeighbours: ["10.11.0.1", "10.11.0.77;reboot"],
    },
    [
      'it.addresses[0]: got "10.10.0.0/24", the network address of 10.10.0.0/24; expected a host\'s address',
      'it.routes[0].gateway: "10.50.0.1" is in no network of this interface; expected one that is, or onLink',
      'it.proxyNeighbours[0]: "10.11.0.1" is our own address; expected the address of a machine behind it',
      'it.proxyNeighbours[1]: got "10.11.0.77;reboot"; expected an address such as 10.0.0.1',
    ],
  ],
])("a bridge of ifupdown2 with %s is refused", (_, change, issues) => {
  expect(interfacesBridgeIssues("it", { ...vmbr1, ...change })).toEqual(issues);
});
