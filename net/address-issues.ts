import { type Scope, scopeOfAddress, scopeOfNetwork } from "./address-scope";
import {
  type Address,
  BITS,
  type Cidr,
  contains,
  type Family,
  formatCidr,
  lastOf,
  mappedIPv4,
  networkOf,
  parseAddress,
  parseCidr,
} from "./cidr";
import { got, type Issues, issue, quote } from "./issues";
import { rangeHolds, rangeOf } from "./range";

/** What a field that holds addresses is for. */
export interface AddressUse {
  /**
   * The one family it takes.
   * @default both
   */
  readonly family?: Family;
  /**
   * Networks of the machine's uplinks: documentation addresses within them are in use after all.
   * @default none
   */
  readonly uplinks?: readonly Cidr[];
}

/** Every reason why a value is no address literal. */
export function addressIssues(path: string, value: unknown, use: AddressUse = {}): Issues {
  const { family } = use;
  const address = typeof value === "string" ? parseAddress(value) : undefined;
  if (!address) return issue(path, ...literalReason(value, family));
  return family === undefined || address.family === family
    ? []
    : issue(path, got(value), `an IPv${family} address such as ${EXAMPLE[family]}`);
}

/** Every reason why a value is no address that a host of ours, or a forward's target, can have. */
export function hostAddressIssues(path: string, value: unknown, use: AddressUse = {}): Issues {
  const issues = addressIssues(path, value, use);
  if (issues.length > 0) return issues;
  const { family, value: number } = parseAddress(value as string) as Address;
  const scope = scopeOfAddress(family, number);
  const excused = use.uplinks?.some((uplink) => contains(uplink, family, number));
  return scope && !(scope.documentation && excused)
    ? issue(path, ...scopeReason(value, scope))
    : [];
}

/** Every reason why a value is no network: an address without host bits, and its prefix. */
export function networkIssues(path: string, value: unknown, use: AddressUse = {}): Issues {
  const read = readCidr(path, value, use);
  if (!read.cidr) return read.issues;
  const network = networkOf(read.cidr);
  return network.address === read.cidr.address
    ? scopeIssues(path, value, network, use)
    : issue(path, `${got(value)}, with host bits set`, formatCidr(network));
}

/** Every reason why a value is no address with prefix that an interface can have. */
export function interfaceAddressIssues(path: string, value: unknown, use: AddressUse = {}): Issues {
  const read = readCidr(path, value, use);
  if (!read.cidr) return read.issues;
  const end = networkEnd(read.cidr);
  return end
    ? issue(path, `${got(value)}, the ${end} of ${formatCidr(networkOf(read.cidr))}`, A_HOST)
    : scopeIssues(path, value, read.cidr, use);
}

/** What keeps a host from having an address within its network: that it stands for the network. */
export function networkEnd(cidr: Cidr): "network address" | "broadcast address" | undefined {
  if (BITS[cidr.family] - cidr.prefix <= 1) return undefined;
  if (cidr.address === networkOf(cidr).address) return "network address";
  return cidr.family === 4 && cidr.address === lastOf(cidr) ? "broadcast address" : undefined;
}

/** Every reason why hosts can not give themselves addresses in a network (RFC 4862). */
export function slaacIssues(path: string, value: unknown, use: AddressUse = {}): Issues {
  const read = readCidr(path, value, { ...use, family: 6 });
  if (!read.cidr) return read.issues;
  return read.cidr.prefix === 64
    ? []
    : issue(path, `${got(value)}, where hosts choose their own address`, "a prefix of /64");
}

const EXAMPLE: Record<Family, string> = { 4: "10.0.0.1", 6: "fd00::1" };
const EXAMPLE_CIDR: Record<Family, string> = { 4: "10.0.0.1/24", 6: "fd00::1/64" };
const A_HOST = "a host's address";

type Reason = readonly [fact: string, expected: string];

function readCidr(path: string, value: unknown, { family }: AddressUse) {
  const cidr = typeof value === "string" ? parseCidr(value) : undefined;
  if (!cidr) return { issues: issue(path, ...cidrReason(value, family)) };
  if (family !== undefined && cidr.family !== family) {
    return { issues: issue(path, got(value), `IPv${family} such as ${EXAMPLE_CIDR[family]}`) };
  }
  return cidr.prefix === 0
    ? { issues: issue(path, `${got(value)}, every address there is`, "a network of its own") }
    : { cidr, issues: [] };
}

function scopeIssues(path: string, value: unknown, cidr: Cidr, { uplinks }: AddressUse): Issues {
  const scope = scopeOfNetwork(cidr);
  const excused = uplinks?.some((uplink) => rangeHolds(rangeOf(uplink), rangeOf(cidr)));
  return scope && !(scope.documentation && excused)
    ? issue(path, ...scopeReason(value, scope))
    : [];
}

const scopeReason = (value: unknown, { name, ipv4 }: Scope): Reason => [
  `${got(value)}, ${name}`,
  ipv4 === undefined ? "one that a host can have" : `the IPv4 form ${ipv4}`,
];

function literalReason(value: unknown, family: Family = 4): Reason {
  if (typeof value !== "string") return [got(value), `an address such as ${EXAMPLE[family]}`];
  if (value.includes("/")) return [got(value), "an address without prefix"];
  const [address = "", zone] = value.split("%");
  if (zone !== undefined && parseAddress(address)) {
    return [
      `${got(value)}, with a zone id`,
      `${quote(address)}, its interface in a field of its own`,
    ];
  }
  const mapped = mappedIPv4(value);
  if (mapped !== undefined) {
    return [`${got(value)}, an IPv4-mapped address`, `the IPv4 form ${mapped}`];
  }
  if (/^[\d.]*$|^0x[\da-f.x]*$/i.test(value) && value !== "") {
    return [got(value), "four decimal octets without leading zeros"];
  }
  return /^[a-z]/i.test(value) && !value.includes(":")
    ? [got(value), "an IP address, not a name"]
    : [got(value), `an address such as ${EXAMPLE[family]}`];
}

function cidrReason(value: unknown, family: Family = 4): Reason {
  const example = `an address with prefix such as ${EXAMPLE_CIDR[family]}`;
  if (typeof value !== "string") return [got(value), example];
  const [literal = "", length, ...rest] = value.split("/");
  const address = parseAddress(literal);
  if (rest.length > 0) return [got(value), example];
  if (!address) return literalReason(literal, family);
  return length === undefined
    ? [`${got(value)}, without its prefix length`, example]
    : [got(value), `a prefix length from 1 to ${BITS[address.family]}, without leading zeros`];
}
