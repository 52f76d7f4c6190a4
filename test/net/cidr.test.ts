import { execFileSync } from "node:child_process";
import { join } from "node:path";
import fc from "fast-check";
import {
  BITS,
  type Cidr,
  contains,
  formatAddress,
  formatCidr,
  lastOf,
  networkOf,
  overlaps,
  parseAddress,
  parseCidr,
} from "../../net/cidr";
import { cidrsOf, excludeCidrs, mergeCidrs, nthSubnet, subnetCount } from "../../net/prefix";
import { hostsOf, rangeOf, sizeOf } from "../../net/range";
import { cidr, relative } from "./arbitraries";

const CASES = 12_000;

test(`CIDR arithmetic agrees with Python's ipaddress in ${CASES} cases`, () => {
  const cases = fc.sample(
    cidr.chain((a) =>
      fc.tuple(
        fc.constant(a),
        fc.oneof(relative(a), cidr),
        fc.integer({ min: 0, max: BITS[a.family] }),
        fc.nat(),
      ),
    ),
    { numRuns: CASES, seed: 7 },
  );
  const theirs: unknown = JSON.parse(
    execFileSync("python3", [join(__dirname, "oracle.py")], {
      input: JSON.stringify(
        cases.map(([a, b, ...rest]) => [formatCidr(a), formatCidr(b), ...rest]),
      ),
      encoding: "utf8",
      maxBuffer: 2 ** 27,
    }),
  );

  expect(cases.map((one) => answer(...one))).toEqual(theirs);
});

function answer(a: Cidr, b: Cidr, prefix: number, index: number) {
  const same = a.family === b.family;
  const { first, last } = rangeOf(a);
  const [low, high] = [first, same ? b.address : last].sort((x, y) => (x < y ? -1 : 1));
  const count = subnetCount(a, prefix);
  const nth = count > 0n ? nthSubnet(a, prefix, BigInt(index) % count) : undefined;
  return [
    formatCidr(networkOf(a)),
    formatAddress(a.family, lastOf(a)),
    overlaps(a, b),
    contains(a, b.family, b.address),
    String(sizeOf(hostsOf(a))),
    String(count),
    nth ? formatCidr(nth) : null,
    numbers(cidrsOf({ family: a.family, first: low ?? 0n, last: high ?? 0n })),
    numbers(mergeCidrs(same ? [a, b] : [a])),
    numbers(excludeCidrs(a, [b])),
  ];
}

// Canonical text has its own place above; there are too many networks here to print them all.
const numbers = (cidrs: readonly Cidr[]) =>
  cidrs.map(({ address, prefix }) => `${address.toString(16)}/${prefix}`).join(" ");

test("what is printed is read back as the same value", () => {
  fc.assert(fc.property(cidr, (value) => expect(parseCidr(formatCidr(value))).toEqual(value)));
});

test("every spelling that is read is one that Python reads as the same address", () => {
  const spelling = fc.oneof(
    fc.stringMatching(/^[0-9a-fA-F:.%/x]{1,20}$/),
    fc
      .array(fc.stringMatching(/^([0-9a-f]{0,4}|\d{1,3}\.\d{1,3})$/), { maxLength: 9 })
      .map((parts) => parts.join(":")),
    fc
      .array(fc.stringMatching(/^\d{1,3}$/), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.join(".")),
    fc.ipV4Extended(),
    fc.ipV6(),
  );
  const texts = fc.sample(spelling, { numRuns: 10_000, seed: 11 });
  const oracle = [
    "import ipaddress, json, sys",
    "def read(x):",
    "    try: return str(int(ipaddress.ip_address(x)))",
    "    except ValueError: return None",
    "print(json.dumps([read(x) for x in json.load(sys.stdin)]))",
  ].join("\n");
  const theirs = JSON.parse(
    execFileSync("python3", ["-c", oracle], { input: JSON.stringify(texts), encoding: "utf8" }),
  ) as (string | null)[];

  const disputed = texts.filter((text, i) => {
    const ours = parseAddress(text);
    // Refusing is allowed where another notation exists: dots in IPv6, zone ids, mapped addresses.
    return ours ? String(ours.value) !== theirs[i] : theirs[i] !== null && !/[.%]|ffff/i.test(text);
  });
  expect(disputed).toEqual([]);
  expect(texts.filter((text) => parseAddress(text)).length).toBeGreaterThan(1000);
});

test.each([
  "010.0.0.1",
  "0x0a000001",
  "1",
  "10.1",
  "1.2.3",
  "::ffff:10.0.0.1",
  "::ffff:a00:1",
  "64:ff9b::10.0.0.1",
  "fe80::1%eth0",
  "",
  "localhost",
])("%j is no address", (text) => {
  expect(parseAddress(text)).toBeUndefined();
});

test.each(["10.0.0.0", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/-1", "::/129", "10.0.0.0/8/8"])(
  "%j is no CIDR",
  (text) => {
    expect(parseCidr(text)).toBeUndefined();
  },
);
