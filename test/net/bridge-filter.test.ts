// Needs root: sends frames through the real kernel in a namespace of its own.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { type BridgeGuest, renderBridgeFilter } from "../../net/bridge-filter";
import { bridgeGuestIssues } from "../../net/bridge-guest-issues";

const MAC = "02:00:00:00:00:01";
const OTHER = "02:00:00:00:00:02";
const guest: BridgeGuest = {
  vmId: 101,
  mac: MAC,
  addresses: ["10.0.0.1", "10.1.0.0/16", "fd00::1", "fd01::/64"],
};
const filter = { name: "vmbr1", ports: ["eno2"], isolation: false, guests: [guest] };
const PORTS = ["tap101i0", "fwpr101p0", "tap102i0", "eno2"].map((name) => ({
  name,
  bridge: "vmbr1",
}));

interface Sent {
  readonly port: string;
  readonly hex: string;
}

/** Which of the frames come out of a port. */
function come(script: string, listen: string, frames: readonly Sent[]): boolean[] {
  const input = JSON.stringify({ script, listen, frames, ports: PORTS });
  const { stdout, stderr, status } = spawnSync("python3", [join(__dirname, "bridge-frames.py")], {
    input,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as boolean[];
}

const hex = (value: number, bytes: number) => value.toString(16).padStart(bytes * 2, "0");
const mac = (text: string) => text.replaceAll(":", "");
const v4 = (text: string) =>
  text
    .split(".")
    .map((byte) => hex(Number(byte), 1))
    .join("");
const v6 = (text: string) => {
  const [left = "", right = ""] = text.split("::");
  const words = (half: string) =>
    half
      .split(":")
      .filter(Boolean)
      .map((word) => word.padStart(4, "0"));
  const [head, tail] = [words(left), words(right)];
  return [...head, ...Array<string>(8 - head.length - tail.length).fill("0000"), ...tail].join("");
};
const frame = (from: string, type: string, rest: string) =>
  `ffffffffffff${mac(from)}${type}${rest}`.padEnd(120, "0");
const arp = (sender: string, address: string, from = MAC) =>
  frame(
    from,
    "0806",
    `0001080006040001${mac(sender)}${v4(address)}${"0".repeat(12)}${v4("10.0.0.9")}`,
  );
/** An IPv4 header with its checksum, which a bridge looks at where br_netfilter is loaded. */
function header4(source: string): string {
  const text = `4500002e000000004011${v4(source)}${v4("10.0.0.9")}`;
  const words = text.match(/.{4}/g) ?? [];
  const sum = words.reduce((total, word) => total + Number.parseInt(word, 16), 0);
  const folded = (sum & 0xffff) + (sum >> 16);
  return `${text.slice(0, 20)}${hex(~folded & 0xffff, 2)}${text.slice(20)}`;
}
const udp4 = (source: string, ports = [1000, 2000], from = MAC) =>
  frame(from, "0800", `${header4(source)}${ports.map((one) => hex(one, 2)).join("")}001a0000`);
const ip6 = (source: string, next: number, body: string) =>
  frame(
    MAC,
    "86dd",
    `60000000${hex(body.length / 2, 2)}${hex(next, 1)}ff${v6(source)}${v6("ff02::1")}${body}`,
  );
const icmp6 = (source: string, type: number, target = "::") =>
  ip6(source, 58, `${hex(type, 1)}00000000000000${v6(target)}`);
const LINK_LOCAL = "fe80::ff:fe00:1";

const cases: [string, boolean, string][] = [
  ["its own IPv4", true, udp4("10.0.0.1")],
  ["an address of its network", true, udp4("10.1.2.3")],
  ["another IPv4", false, udp4("10.0.0.2")],
  ["its address with another Ethernet address", false, udp4("10.0.0.1", [1000, 2000], OTHER)],
  ["asking for a lease", true, udp4("0.0.0.0", [68, 67])],
  ["no address, and no such question", false, udp4("0.0.0.0")],
  ["answers of a DHCP server", false, udp4("10.0.0.1", [67, 68])],
  ["its own ARP", true, arp(MAC, "10.0.0.1")],
  ["an ARP probe", true, arp(MAC, "0.0.0.0")],
  ["ARP for another address", false, arp(MAC, "10.0.0.2")],
  ["ARP with another Ethernet address inside", false, arp(OTHER, "10.0.0.1")],
  ["its own IPv6", true, ip6("fd00::1", 17, "03e807d000080000")],
  ["IPv6 of its network", true, ip6("fd01::77", 17, "03e807d000080000")],
  ["its link-local address", true, ip6(LINK_LOCAL, 17, "03e807d000080000")],
  ["another link-local address", false, ip6("fe80::1", 17, "03e807d000080000")],
  ["another IPv6", false, ip6("fd00::2", 17, "03e807d000080000")],
  ["answers of a DHCPv6 server", false, ip6("fd00::1", 17, "0223022200080000")],
  ["its own neighbour advertisement", true, icmp6("fd00::1", 136, "fd00::1")],
  ["one for an address of its network", true, icmp6(LINK_LOCAL, 136, "fd01::9")],
  ["one for another address", false, icmp6("fd00::1", 136, "fd00::2")],
  ["a neighbour solicitation", true, icmp6("fd00::1", 135, "fd00::9")],
  ["a probe for its own address", true, icmp6("::", 135, "fd00::1")],
  ["a probe for another's", false, icmp6("::", 135, "fd00::2")],
  ["a router advertisement", false, icmp6(LINK_LOCAL, 134)],
  ["a redirect", false, icmp6(LINK_LOCAL, 137)],
  ["a frame of another kind", false, frame(MAC, "88cc", "0207")],
];

test("a guest sends from its own addresses only, by whichever port it is attached", () => {
  for (const port of ["tap101i0", "fwpr101p0"]) {
    const frames = cases.map(([, , text]) => ({ port, hex: text }));
    const came = come(renderBridgeFilter(filter), "eno2", frames);

    expect(cases.map(([name], i) => [name, came[i]])).toEqual(
      cases.map(([name, expected]) => [name, expected]),
    );
  }
});

test("others send what they like", () => {
  const frames = cases.map(([, , text]) => ({ port: "tap102i0", hex: text }));

  expect(come(renderBridgeFilter(filter), "eno2", frames)).toEqual(cases.map(() => true));
});

test("a guest without IPv4 sends none", () => {
  const script = renderBridgeFilter({ ...filter, guests: [{ ...guest, addresses: ["fd00::1"] }] });
  const frames = [udp4("10.0.0.1"), arp(MAC, "10.0.0.1"), icmp6("fd00::1", 136, "fd00::1")];

  expect(
    come(
      script,
      "eno2",
      frames.map((text) => ({ port: "tap101i0", hex: text })),
    ),
  ).toEqual([false, false, true]);
});

test("isolated ports reach what the host has on the bridge, and not each other", () => {
  const script = renderBridgeFilter({ ...filter, isolation: true, guests: [] });
  expect(script).toContain(
    'meta ibrname "vmbr1" iifname != { "eno2" } oifname != { "eno2" } counter drop',
  );
  const { stderr } = spawnSync("unshare", ["-n", "nft", "-f", "-"], {
    input: script,
    encoding: "utf8",
  });
  if (stderr.includes("Operation not supported")) {
    console.log("this kernel can not tell bridges apart (nft_meta_bridge): packets not tried");
    return;
  }
  const frames = ["tap101i0", "eno2"].map((port) => ({ port, hex: udp4("10.0.0.1") }));
  expect(come(script, "tap102i0", frames)).toEqual([false, true]);
});

test.each<[string, Partial<BridgeGuest>[], string[]]>([
  ["no VM", [{ vmId: 99 }], ["guests[0].vmId: got 99; expected an integer from 100 to 999999999"]],
  [
    "a group's MAC and no addresses",
    [{ mac: "01:00:5e:00:00:01", addresses: [] }],
    [
      'guests[0].mac: got "01:00:5e:00:00:01"; expected a unicast MAC such as 68:05:ca:00:01:00',
      "guests[0].addresses: empty; expected at least one address or network",
    ],
  ],
  [
    "one device twice",
    [{}, { mac: OTHER }, { device: 1 }],
    [
      "guests[1].vmId: the device of guests[0]; expected another device",
      `guests[2].mac: "${MAC}" is the same as guests[0].mac; expected a MAC of its own`,
    ],
  ],
])("guests with %s are refused", (_, changes, issues) => {
  expect(
    bridgeGuestIssues(
      "guests",
      changes.map((change) => ({ ...guest, ...change })),
    ),
  ).toEqual(issues);
});
