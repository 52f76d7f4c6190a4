import { type Cidr, type Family, formatAddress, parseCidr } from "./cidr";
import { type AddressRange, rangeHolds, rangeOf, rangesOverlap } from "./range";

/** What an address is set aside for, so that no host of ours can have it. */
export interface Scope {
  /** With its article, as in "a loopback address". */
  readonly name: string;
  /** Only meant for examples: usable where the machine's own uplink uses it. */
  readonly documentation: boolean;
  /** The IPv4 address that is meant, where it only comes in the form of an IPv6 one. */
  readonly ipv4?: string;
}

// RFC 6890 and the registries it founded. The first that matches counts.
const SPECIAL: readonly (readonly [cidr: string, name: string, ipv4Bits?: number])[] = [
  ["0.0.0.0/8", "an address of no host"],
  ["127.0.0.0/8", "a loopback address"],
  ["169.254.0.0/16", "a link-local address"],
  ["192.0.0.0/24", "a reserved address"],
  ["192.0.2.0/24", "a documentation address"],
  ["198.51.100.0/24", "a documentation address"],
  ["203.0.113.0/24", "a documentation address"],
  ["224.0.0.0/4", "a multicast address"],
  ["255.255.255.255/32", "the broadcast address"],
  ["240.0.0.0/4", "a reserved address"],
  ["::/128", "an address of no host"],
  ["::1/128", "a loopback address"],
  ["64:ff9b::/96", "a NAT64 address", 0],
  ["64:ff9b:1::/48", "a NAT64 address"],
  ["100::/64", "a discard-only address"],
  ["2001::/32", "a Teredo address"],
  ["2001:db8::/32", "a documentation address"],
  ["2002::/16", "a 6to4 address", 80],
  ["3fff::/20", "a documentation address"],
  ["fe80::/10", "a link-local address"],
  ["fec0::/10", "a site-local address"],
  ["ff00::/8", "a multicast address"],
];
const USABLE_IPV6 = ["2000::/3", "fc00::/7"];

const read = (text: string): AddressRange => {
  const cidr = parseCidr(text);
  if (!cidr) throw new Error(`no network: ${text}`);
  return rangeOf(cidr);
};
const special = SPECIAL.map(([cidr, name, ipv4Bits]) => ({ range: read(cidr), name, ipv4Bits }));
const usable = USABLE_IPV6.map(read);

/** What addresses are set aside for, or undefined where hosts can have them. */
function scopeOf(range: AddressRange): Scope | undefined {
  const found = special.find((one) => rangesOverlap(one.range, range));
  if (found) {
    const { name, ipv4Bits } = found;
    const ipv4 =
      ipv4Bits === undefined
        ? undefined
        : formatAddress(4, (range.first >> BigInt(ipv4Bits)) & 0xffff_ffffn);
    return { name, documentation: name === "a documentation address", ipv4 };
  }
  return range.family === 4 || usable.some((one) => rangeHolds(one, range))
    ? undefined
    : { name: "a reserved address", documentation: false };
}

/** What an address is set aside for. */
export function scopeOfAddress(family: Family, value: bigint): Scope | undefined {
  return scopeOf({ family, first: value, last: value });
}

/** What a network, or a part of it, is set aside for. */
export function scopeOfNetwork(cidr: Cidr): Scope | undefined {
  return scopeOf(rangeOf(cidr));
}
