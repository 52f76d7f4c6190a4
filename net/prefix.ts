import { BITS, type Cidr, networkOf } from "./cidr";
import { type AddressRange, mergeRanges, rangeOf, subtractRanges } from "./range";

/** How many networks of a longer prefix fit into one. */
export function subnetCount(cidr: Cidr, prefix: number): bigint {
  return prefix < cidr.prefix || prefix > BITS[cidr.family]
    ? 0n
    : 1n << BigInt(prefix - cidr.prefix);
}

/** One of the networks of a longer prefix within another, counted from 0. */
export function nthSubnet(cidr: Cidr, prefix: number, index: bigint): Cidr | undefined {
  return index < 0n || index >= subnetCount(cidr, prefix)
    ? undefined
    : {
        family: cidr.family,
        prefix,
        address: networkOf(cidr).address + (index << BigInt(BITS[cidr.family] - prefix)),
      };
}

/** All networks of a longer prefix within another, in order, made as they are asked for. */
export function* splitCidr(cidr: Cidr, prefix: number): Generator<Cidr, void> {
  for (let index = 0n; ; index += 1n) {
    const subnet = nthSubnet(cidr, prefix, index);
    if (!subnet) return;
    yield subnet;
  }
}

/** The fewest networks that hold exactly the addresses of a range. */
export function cidrsOf({ family, first, last }: AddressRange): Cidr[] {
  const cidrs: Cidr[] = [];
  for (let address = first; address <= last; ) {
    // As large as the address is aligned, and as what is left allows.
    const aligned = address === 0n ? BITS[family] : log2(address & -address);
    const host = Math.min(aligned, log2(last - address + 1n));
    cidrs.push({ family, address, prefix: BITS[family] - host });
    address += 1n << BigInt(host);
  }
  return cidrs;
}

const log2 = (value: bigint) => value.toString(2).length - 1;

/** The fewest networks that hold exactly the addresses of others. */
export function mergeCidrs(cidrs: readonly Cidr[]): Cidr[] {
  return mergeRanges(cidrs.map(rangeOf)).flatMap(cidrsOf);
}

/** The fewest networks that hold what is left of one when others are taken out of it. */
export function excludeCidrs(cidr: Cidr, taken: readonly Cidr[]): Cidr[] {
  return subtractRanges([rangeOf(cidr)], taken.map(rangeOf)).flatMap(cidrsOf);
}

/** The first network of a prefix within another that shares no address with what is taken. */
export function nextFree(
  within: Cidr,
  prefix: number,
  taken: readonly AddressRange[],
): Cidr | undefined {
  if (subnetCount(within, prefix) === 0n) return undefined;
  const size = 1n << BigInt(BITS[within.family] - prefix);
  for (const { first, last } of subtractRanges([rangeOf(within)], taken)) {
    const address = ((first + size - 1n) / size) * size;
    if (address + size - 1n <= last) return { family: within.family, address, prefix };
  }
  return undefined;
}
