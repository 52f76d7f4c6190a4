import { IPv4, IPv6 } from "ipaddr.js";

/** An IP family, as its bare digit is written in configuration and rules. */
export type Family = 4 | 6;

/** An address with its prefix: `address` may have host bits, as an interface address has. */
export interface Cidr {
  readonly family: Family;
  readonly address: bigint;
  readonly prefix: number;
}

/** Length of an address, in bits. */
export const BITS: Record<Family, number> = { 4: 32, 6: 128 };

/** An address without a prefix. */
export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

/**
 * Read an address literal in its one accepted spelling.
 *
 * Octal, hexadecimal and short IPv4 forms (`010.0.0.1`, `10.1`), zone ids, IPv4-mapped and dotted
 * IPv6 are refused: the tools below us would silently read them as something else.
 */
export function parseAddress(text: string): Address | undefined {
  const quad = QUAD.exec(text);
  if (quad) {
    const value = quad.slice(1).reduce((sum, octet) => sum * 256 + Number(octet), 0);
    return { family: 4, value: BigInt(value) };
  }
  if (!/^[0-9a-f:]*:[0-9a-f:]*$/i.test(text) || !IPv6.isValid(text)) return undefined;
  const address = IPv6.parse(text);
  return address.isIPv4MappedAddress()
    ? undefined
    : { family: 6, value: toBigInt(address.toByteArray()) };
}

// Read for each of ten thousand forwards: four octets, none with a leading zero.
const OCTET = "(0|[1-9]\\d?|1\\d\\d|2[0-4]\\d|25[0-5])";
const QUAD = new RegExp(`^${OCTET}\\.${OCTET}\\.${OCTET}\\.${OCTET}$`);

/** The IPv4 address that an IPv4-mapped IPv6 literal stands for, to be proposed instead. */
export function mappedIPv4(text: string): string | undefined {
  if (!IPv6.isValid(text) || text.includes("%")) return undefined;
  const address = IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : undefined;
}

/** Read `address/prefix`; host bits are kept. */
export function parseCidr(text: string): Cidr | undefined {
  const [literal = "", length = "", ...rest] = text.split("/");
  const address = parseAddress(literal);
  if (!address || rest.length > 0 || !/^(0|[1-9]\d*)$/.test(length)) return undefined;
  const prefix = Number(length);
  return prefix <= BITS[address.family]
    ? { family: address.family, address: address.value, prefix }
    : undefined;
}

/** Print an address in canonical form: dotted decimal, or RFC 5952. */
export function formatAddress(family: Family, value: bigint): string {
  const bytes = toBytes(value, BITS[family] / 8);
  return family === 4 ? new IPv4(bytes).toString() : new IPv6(bytes).toRFC5952String();
}

/** Print a network or interface address with its prefix. */
export function formatCidr({ family, address, prefix }: Cidr): string {
  return `${formatAddress(family, address)}/${prefix}`;
}

/** The network a CIDR lies in: the same prefix, host bits cleared. */
export function networkOf(cidr: Cidr): Cidr {
  return { ...cidr, address: cidr.address & ~hostMask(cidr) };
}

/** The last address of a CIDR: the broadcast address in IPv4. */
export function lastOf(cidr: Cidr): bigint {
  return cidr.address | hostMask(cidr);
}

/** Whether two CIDRs share an address. */
export function overlaps(a: Cidr, b: Cidr): boolean {
  return (
    a.family === b.family && networkOf(a).address <= lastOf(b) && networkOf(b).address <= lastOf(a)
  );
}

/** Whether an address lies in a CIDR. */
export function contains(cidr: Cidr, family: Family, value: bigint): boolean {
  return cidr.family === family && networkOf(cidr).address <= value && value <= lastOf(cidr);
}

const hostMask = ({ family, prefix }: Cidr) => (1n << BigInt(BITS[family] - prefix)) - 1n;

const toBigInt = (bytes: readonly number[]) =>
  bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);

const toBytes = (value: bigint, length: number) =>
  Array.from({ length }, (_, index) => Number((value >> BigInt(8 * (length - 1 - index))) & 0xffn));
