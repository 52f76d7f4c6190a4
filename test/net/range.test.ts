import fc from "fast-check";
import { formatCidr, lastOf, parseCidr } from "../../net/cidr";
import { nextFree, nthSubnet, splitCidr } from "../../net/prefix";
import {
  type AddressRange,
  formatRange,
  hostsOf,
  mergeRanges,
  nthOf,
  parseRange,
  rangeOf,
  rangesOverlap,
  subtractRanges,
} from "../../net/range";
import { cidr, shortRange } from "./arbitraries";

const members = (ranges: readonly AddressRange[]) =>
  new Set(ranges.flatMap(({ first, last }) => numbers(Number(first), Number(last))));
const numbers = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);
const network = (text: string) => parseCidr(text) ?? fail(text);
const fail = (text: string): never => {
  throw new Error(`no network: ${text}`);
};

test("merged ranges hold the same addresses, sorted and apart", () => {
  fc.assert(
    fc.property(fc.array(shortRange), (ranges) => {
      const merged = mergeRanges(ranges);
      expect(members(merged)).toEqual(members(ranges));
      merged.slice(1).forEach(({ first }, i) => {
        expect(first).toBeGreaterThan((merged[i]?.last ?? 0n) + 1n);
      });
    }),
  );
});

test("what is left after a subtraction is what only the first had", () => {
  fc.assert(
    fc.property(fc.array(shortRange), fc.array(shortRange), (from, taken) => {
      const [left, gone] = [members(subtractRanges(from, taken)), members(taken)];
      expect(left).toEqual(new Set([...members(from)].filter((one) => !gone.has(one))));
    }),
  );
});

test("a range that is printed is read back as the same", () => {
  fc.assert(
    fc.property(cidr, (one) => expect(parseRange(formatRange(rangeOf(one)))).toEqual(rangeOf(one))),
  );
});

test.each(["10.0.0.9-10.0.0.1", "10.0.0.1-::1", "10.0.0.1", "10.0.0.1-2", "1-2-3"])(
  "%j is no range of addresses",
  (text) => {
    expect(parseRange(text)).toBeUndefined();
  },
);

test.each([
  ["10.0.0.0/30", "10.0.0.1-10.0.0.2"],
  ["10.0.0.0/31", "10.0.0.0-10.0.0.1"],
  ["10.0.0.7/32", "10.0.0.7-10.0.0.7"],
  ["fd00::/126", "fd00::1-fd00::3"],
  ["fd00::/127", "fd00::-fd00::1"],
])("the hosts of %s are %s", (text, hosts) => {
  expect(formatRange(hostsOf(network(text)))).toBe(hosts);
});

test("hosts are counted from the first, or backwards from the last", () => {
  const hosts = hostsOf(network("10.254.254.0/23"));
  expect([0n, 253n, 254n, 255n, -1n, 510n].map((at) => nthOf(hosts, at))).toEqual(
    [1n, 254n, 255n, 256n, 510n, undefined].map((host) =>
      host === undefined ? undefined : (10n << 24n) + (254n << 16n) + (254n << 8n) + host,
    ),
  );
});

test("a network splits into all its parts, in order", () => {
  expect([...splitCidr(network("10.0.0.0/22"), 24)].map(formatCidr)).toEqual([
    "10.0.0.0/24",
    "10.0.1.0/24",
    "10.0.2.0/24",
    "10.0.3.0/24",
  ]);
  expect([...splitCidr(network("10.0.0.0/24"), 23)]).toEqual([]);
  expect(nthSubnet(network("fd00::/48"), 64, 65_535n)).toEqual(network("fd00:0:0:ffff::/64"));
});

test("the next free network is the first that meets nothing taken", () => {
  const within = network("0.0.0.0/26");
  fc.assert(
    fc.property(fc.array(shortRange), fc.integer({ min: 26, max: 32 }), (taken, prefix) => {
      const first = [...splitCidr(within, prefix)].find((one) =>
        taken.every((other) => !rangesOverlap(rangeOf(one), other)),
      );
      expect(nextFree(within, prefix, taken)).toEqual(first);
    }),
  );
  expect(nextFree(within, 25, [])).toBeUndefined();
  expect(lastOf(within)).toBe(63n);
});
