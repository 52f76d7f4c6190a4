import fc from "fast-check";
import { BITS, type Cidr } from "../../net/cidr";
import type { AddressRange } from "../../net/range";

const family = fc.constantFrom(4 as const, 6 as const);

/** Any address with any prefix, except IPv4-mapped ones, which are refused. */
export const cidr: fc.Arbitrary<Cidr> = family.chain((one) =>
  fc.record({
    family: fc.constant(one),
    address: fc.bigInt({ min: one === 4 ? 0n : 2n ** 64n, max: 2n ** BigInt(BITS[one]) - 1n }),
    prefix: fc.integer({ min: 0, max: BITS[one] }),
  }),
);

/** A network that lies in, around or beside another: two random ones hardly ever meet. */
export const relative = ({ family, address, prefix }: Cidr): fc.Arbitrary<Cidr> =>
  fc
    .tuple(fc.integer({ min: 0, max: BITS[family] }), fc.integer({ min: 0, max: BITS[family] - 1 }))
    .map(([length, bit]) => ({ family, address: address ^ (1n << BigInt(bit)), prefix: length }))
    .filter((one) => one.family === 4 || one.address >= 2n ** 64n)
    .map((one) => (one.prefix === prefix ? { ...one, address } : one));

/** A short run of small IPv4 addresses, so that several of them meet often. */
export const shortRange: fc.Arbitrary<AddressRange> = fc
  .tuple(fc.nat(60), fc.nat(8))
  .map(([first, more]) => ({ family: 4, first: BigInt(first), last: BigInt(first + more) }));
