import { execFileSync } from "node:child_process";
import fc from "fast-check";
import {
  contains,
  formatAddress,
  formatCidr,
  lastOf,
  networkOf,
  overlaps,
  parseAddress,
  parseCidr,
} from "../../net/cidr";
import { deriveMac, parseMac } from "../../net/mac";

const cidr = fc.oneof(
  fc.record({
    family: fc.constant(4 as const),
    address: fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }),
    prefix: fc.integer({ min: 0, max: 32 }),
  }),
  fc.record({
    family: fc.constant(6 as const),
    // Above the IPv4-mapped range, which is refused.
    address: fc.bigInt({ min: 2n ** 64n, max: 2n ** 128n - 1n }),
    prefix: fc.integer({ min: 0, max: 128 }),
  }),
);

test("CIDR arithmetic agrees with Python's ipaddress", () => {
  const pairs = fc.sample(fc.tuple(cidr, cidr), { numRuns: 5000, seed: 7 });
  const ours = pairs.map(([a, b]) => [
    formatCidr(networkOf(a)),
    formatAddress(a.family, lastOf(a)),
    overlaps(a, b),
    contains(a, b.family, b.address),
  ]);
  const oracle = [
    "import ipaddress, json, sys",
    "out = []",
    "for a, b in json.load(sys.stdin):",
    "    n, m = (ipaddress.ip_network(x, strict=False) for x in (a, b))",
    "    same = n.version == m.version",
    "    out.append([str(n), str(n[-1]), same and n.overlaps(m), ipaddress.ip_address(b.split('/')[0]) in n])",
    "print(json.dumps(out))",
  ].join("\n");
  const theirs: unknown = JSON.parse(
    execFileSync("python3", ["-c", oracle], {
      input: JSON.stringify(pairs.map((pair) => pair.map(formatCidr))),
      encoding: "utf8",
      maxBuffer: 2 ** 26,
    }),
  );

  expect(ours).toEqual(theirs);
});

test("what is printed is read back as the same value", () => {
  fc.assert(fc.property(cidr, (value) => expect(parseCidr(formatCidr(value))).toEqual(value)));
});

test.each([
  "010.0.0.1",
  "0x0a000001",
  "1",
  "10.1",
  "1.2.3",
  "::ffff:10.0.0.1",
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

test("a derived MAC is local, unicast, and the same for the same NIC only", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (owner, nic) => {
      const mac = deriveMac(owner, nic);
      expect([parseMac(mac), mac.slice(0, 2), deriveMac(owner, nic)]).toEqual([mac, "02", mac]);
      expect(deriveMac(owner, `${nic}1`)).not.toBe(mac);
    }),
  );
});
