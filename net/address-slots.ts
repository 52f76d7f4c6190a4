import { createHash } from "node:crypto";
import type { Cidr, Family } from "./cidr";
import { type AddressRange, hostsOf, subtractRanges } from "./range";

/** The addresses of a network that are given out by number, in order and without a gap. */
export interface Slots {
  readonly family: Family;
  readonly count: bigint;
  /** The address of a number below `count`. */
  readonly at: (index: bigint) => bigint;
}

/** The slots of a network apart from its router and from what is handed out otherwise. */
export function slotsOf(router: Cidr, taken: readonly AddressRange[]): Slots {
  const { family, address } = router;
  const { rank, unrank } = ORDER[family];
  const self = { family, first: address, last: address };
  const runs = subtractRanges([hostsOf(router)], [self, ...taken])
    .map(({ first, last }) => ({ first: rank(first), size: rank(last + 1n) - rank(first) }))
    .filter(({ size }) => size > 0n);
  return {
    family,
    count: runs.reduce((sum, { size }) => sum + size, 0n),
    at: (index) => {
      let left = index;
      const run = runs.find(({ size }) => left < size || ((left -= size), false));
      return unrank((run?.first ?? 0n) + left);
    },
  };
}

/**
 * The number that a declaration gets from itself alone: its id counted from `base`, or its name.
 *
 * What else is declared does not count, so nothing moves when others come and go. Two that get the
 * same number are for the plan to refuse.
 */
export function slotNumber(
  name: string,
  id: number | undefined,
  base: number,
  count: bigint,
): bigint {
  const wanted = id === undefined ? hash(name) : BigInt(id - base);
  return ((wanted % count) + count) % count;
}

const hash = (name: string) => BigInt(`0x${createHash("sha256").update(name).digest("hex")}`);

/**
 * The order of addresses that are given out.
 *
 * IPv4 addresses that end in 0 or 255 are passed over: to a guest whose mask is /24, as a routed
 * one is told, they stand for a network, and old stacks drop them in any.
 */
const ORDER = {
  4: {
    rank: (value: bigint) => (value >> 8n) * 254n + clamp((value & 0xffn) - 1n),
    unrank: (index: bigint) => ((index / 254n) << 8n) + (index % 254n) + 1n,
  },
  6: { rank: (value: bigint) => value, unrank: (index: bigint) => index },
};

const clamp = (value: bigint) => (value < 0n ? 0n : value > 254n ? 254n : value);
