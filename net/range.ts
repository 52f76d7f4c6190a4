import {
  BITS,
  type Cidr,
  type Family,
  formatAddress,
  lastOf,
  networkOf,
  parseAddress,
} from "./cidr";

/** Addresses from first to last, both included. */
export interface AddressRange {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

/** Read `10.0.0.10-10.0.0.99`: two addresses of one family, the first not above the last. */
export function parseRange(text: string): AddressRange | undefined {
  const [from, to, ...rest] = text.split("-").map(parseAddress);
  if (!from || !to || rest.length > 0 || from.family !== to.family || from.value > to.value) {
    return undefined;
  }
  return { family: from.family, first: from.value, last: to.value };
}

/** Print a range as it is read. */
export function formatRange({ family, first, last }: AddressRange): string {
  return `${formatAddress(family, first)}-${formatAddress(family, last)}`;
}

/** Every address of a network, those of the network and of the broadcast included. */
export function rangeOf(cidr: Cidr): AddressRange {
  return { family: cidr.family, first: networkOf(cidr).address, last: lastOf(cidr) };
}

/** The addresses of a network that hosts can have: the router anycast of IPv6 is none (RFC 4291). */
export function hostsOf(cidr: Cidr): AddressRange {
  const { family, first, last } = rangeOf(cidr);
  if (BITS[family] - cidr.prefix <= 1) return { family, first, last };
  return { family, first: first + 1n, last: family === 4 ? last - 1n : last };
}

/** How many addresses a range holds. */
export function sizeOf({ first, last }: AddressRange): bigint {
  return last - first + 1n;
}

/** The address at a place in a range, counted from 0, or from -1 backwards. */
export function nthOf({ first, last }: AddressRange, index: bigint): bigint | undefined {
  const value = index < 0n ? last + 1n + index : first + index;
  return first <= value && value <= last ? value : undefined;
}

/** Whether two ranges share an address. */
export function rangesOverlap(a: AddressRange, b: AddressRange): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

/** Whether a range holds the whole of another. */
export function rangeHolds(outer: AddressRange, inner: AddressRange): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
}

/** The fewest ranges that hold the same addresses: sorted, apart, IPv4 first. */
export function mergeRanges(ranges: readonly AddressRange[]): AddressRange[] {
  const merged: AddressRange[] = [];
  for (const next of [...ranges].sort(byPlace)) {
    const open = merged.at(-1);
    if (open?.family === next.family && next.first <= open.last + 1n) {
      merged[merged.length - 1] = { ...open, last: next.last > open.last ? next.last : open.last };
    } else {
      merged.push(next);
    }
  }
  return merged;
}

/** What is left of ranges when others are taken out of them, as the fewest ranges. */
export function subtractRanges(
  from: readonly AddressRange[],
  taken: readonly AddressRange[],
): AddressRange[] {
  const holes = mergeRanges(taken);
  return mergeRanges(from).flatMap((whole) => {
    const left: AddressRange[] = [];
    let first = whole.first;
    for (const hole of holes) {
      if (!rangesOverlap(hole, { ...whole, first })) continue;
      if (hole.first > first) left.push({ ...whole, first, last: hole.first - 1n });
      first = hole.last + 1n;
      if (first > whole.last) return left;
    }
    return [...left, { ...whole, first }];
  });
}

/** Order of ranges: IPv4 before IPv6, then by first address, the longer one first. */
export function byPlace(a: AddressRange, b: AddressRange): number {
  return a.family - b.family || compare(a.first, b.first) || compare(b.last, a.last);
}

const compare = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0);
