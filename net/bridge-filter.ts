import { BITS, type Cidr, formatAddress, formatCidr, networkOf } from "./cidr";
import { parseMac } from "./mac";
import { parsePrefix } from "./policy-resolve";
import { rangeOf } from "./range";
import { baseChain, chain, devices, elements, rule } from "./nftables/text";

/** A guest on a bridge that may send from its own addresses only. */
export interface BridgeGuest {
  /** Id of the VM or container in Proxmox. */
  vmId: number;
  /**
   * Which of its network devices: 1 for `net1`.
   * @default 0
   */
  device?: number;
  /** Ethernet address of that device. */
  mac: string;
  /** Its addresses and networks, of either family; the link-local one follows from `mac`. */
  addresses: string[];
}

/** What passes between the ports of a bridge. */
interface BridgeFilter {
  readonly name: string;
  /** Devices of the host that belong to it. */
  readonly ports: readonly string[];
  /** Whether guests reach the host and these devices only. */
  readonly isolation: boolean;
  readonly guests: readonly BridgeGuest[];
}

/** Names that a device of a guest has on the host: of a VM, with Proxmox's firewall, of a container. */
export const portNames = ({ vmId, device = 0 }: BridgeGuest): string[] =>
  [`tap${vmId}i${device}`, `fwpr${vmId}p${device}`, `veth${vmId}i${device}`].filter(
    (name) => name.length <= 15,
  );

/**
 * The nft script of the filter between a bridge's ports, in a table of its own.
 *
 * It knows ports by their names, so that guests may come and go; their number costs no packet time.
 */
export function renderBridgeFilter({ name, ports, isolation, guests }: BridgeFilter): string {
  const table = `table bridge proxmox_router_${name}`;
  const keys = (values: (guest: BridgeGuest) => readonly string[]) =>
    guests.flatMap((guest) =>
      portNames(guest).flatMap((port) => values(guest).map((value) => `"${port}" . ${value}`)),
    );
  const addresses = (family: 4 | 6) => keys((guest) => addressesOf(guest, family));
  return [
    table,
    `delete ${table}`,
    `${table} {`,
    ...elements(
      "set macs",
      ["type ifname . ether_addr"],
      keys(({ mac }) => [canonicalMac(mac)]),
    ),
    ...elements("set addresses4", ["type ifname . ipv4_addr", "flags interval"], addresses(4)),
    ...elements("set addresses6", ["type ifname . ipv6_addr", "flags interval"], addresses(6)),
    ...elements(
      "set targets",
      [`typeof iifname . ${TARGET}`, "flags interval"],
      keys((guest) => prefixesOf(guest, 6).map(hexadecimal)),
    ),
    ...(guests.length > 0 ? spoofing(guests, addresses(4).length > 0) : []),
    ...(isolation ? baseChain("isolation", FORWARD, [apart(name, ports)]) : []),
    "}",
    "",
  ].join("\n");
}

const FORWARD = "filter hook forward priority filter; policy accept";
// Before anything else looks at a frame, conntrack too.
const PREROUTING = "filter hook prerouting priority -350; policy accept";

// The address that neighbour discovery asks for or answers for; nft before 1.0.7 has no word for it.
const TARGET = "@th,64,128";

function spoofing(guests: readonly BridgeGuest[], ipv4: boolean): string[] {
  const own = (key: string, name: string) => `iifname . ${key} @${name}`;
  const foreign = (key: string, name: string) => `iifname . ${key} != @${name}`;
  return [
    ...baseChain("guests", PREROUTING, [
      rule([`iifname ${devices(guests.flatMap(portNames))} goto guest`], "guests by their ports"),
    ]),
    ...chain("guest", [
      rule([foreign("ether saddr", "macs"), "counter drop"], "another Ethernet address"),
      "ether type vmap { arp : goto from_arp, ip : goto from_ipv4, ip6 : goto from_ipv6 }",
      rule(["counter drop"], "neither ARP nor IP"),
    ]),
    ...chain("from_arp", [
      rule([foreign("arp saddr ether", "macs"), "counter drop"], "another Ethernet address"),
      rule(["arp saddr ip 0.0.0.0 accept"], "asks before it takes an address"),
      ...(ipv4 ? [rule([own("arp saddr ip", "addresses4"), "accept"], "its own")] : []),
      rule(["counter drop"], "another address"),
    ]),
    ...chain("from_ipv4", [
      rule(["udp sport 67 udp dport 68 counter drop"], "answers of a DHCP server"),
      rule(["ip saddr 0.0.0.0 udp sport 68 udp dport 67 accept"], "asks for an address"),
      ...(ipv4 ? [rule([own("ip saddr", "addresses4"), "accept"], "its own")] : []),
      rule(["counter drop"], "another address"),
    ]),
    ...chain("from_ipv6", [
      rule(["udp sport 547 udp dport 546 counter drop"], "answers of a DHCP server"),
      rule(["icmpv6 type { nd-router-advert, nd-redirect } counter drop"], "plays the router"),
      rule(
        [`icmpv6 type nd-neighbor-advert ${foreign(TARGET, "targets")} counter drop`],
        "answers for another address",
      ),
      rule(
        ["ip6 saddr :: icmpv6 type nd-neighbor-solicit", own(TARGET, "targets"), "accept"],
        "asks before it takes an address",
      ),
      rule(
        ["ip6 saddr :: icmpv6 type { mld-listener-report, mld2-listener-report } accept"],
        "joins its groups before that",
      ),
      rule([own("ip6 saddr", "addresses6"), "accept"], "its own"),
      rule(["counter drop"], "another address"),
    ]),
  ];
}

function apart(name: string, ports: readonly string[]): string {
  const others = ports.length > 0 ? devices(ports) : undefined;
  return rule(
    [
      `meta ibrname "${name}"`,
      others && `iifname != ${others}`,
      others && `oifname != ${others}`,
      "counter drop",
    ],
    "from guest to guest",
  );
}

const addressesOf = (guest: BridgeGuest, family: 4 | 6) =>
  prefixesOf(guest, family).map((cidr) =>
    cidr.prefix === BITS[family] ? formatAddress(family, cidr.address) : formatCidr(cidr),
  );

function prefixesOf({ mac, addresses }: BridgeGuest, family: 4 | 6): Cidr[] {
  return [linkLocal(mac), ...addresses].flatMap((text) => {
    const cidr = parsePrefix(text);
    return cidr?.family === family ? [networkOf(cidr)] : [];
  });
}

function hexadecimal(cidr: Cidr): string {
  const digits = (value: bigint) => `0x${value.toString(16).padStart(32, "0")}`;
  const { first, last } = rangeOf(cidr);
  return first === last ? digits(first) : `${digits(first)}-${digits(last)}`;
}

/** The address that a device gives itself on every link (EUI-64). */
function linkLocal(mac: string): string {
  const [first = 0, second = 0, third = 0, ...rest] = canonicalMac(mac)
    .split(":")
    .map((byte) => Number.parseInt(byte, 16));
  const bytes = [first ^ 2, second, third, 0xff, 0xfe, ...rest];
  const host = bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  return formatAddress(6, (0xfe80n << 112n) | host);
}

const canonicalMac = (mac: string) => parseMac(mac) ?? mac;
