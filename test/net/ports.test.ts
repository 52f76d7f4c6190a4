import fc from "fast-check";
import { confirmTimeoutIssues, leaseTimeIssues } from "../../net/durations";
import { parseDecimal } from "../../net/integer";
import { metricIssues, mtuIssues, vlanIssues } from "../../net/link-settings";
import {
  formatPorts,
  parsePorts,
  portIssues,
  portMappingIssues,
  portRangeIssues,
  portsOverlap,
  portTextIssues,
} from "../../net/ports";

const port = fc.integer({ min: 1, max: 65_535 });
const ports = fc.tuple(port, port).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));

test("ports that are printed are read back as the same", () => {
  fc.assert(
    fc.property(ports, (range) => {
      expect(parsePorts(formatPorts(range))).toEqual(range);
      expect(portTextIssues("ports", formatPorts(range))).toEqual([]);
      expect(portIssues("port", range.from)).toEqual([]);
      expect(portRangeIssues("ports", range).length).toBe(range.from === range.to ? 1 : 0);
    }),
  );
});

test("two ranges overlap when a port is in both", () => {
  const small = fc.tuple(fc.nat(20), fc.nat(6)).map(([from, more]) => ({ from, to: from + more }));
  fc.assert(
    fc.property(small, small, (a, b) => {
      const shared = Array.from({ length: 30 }, (_, i) => i).some(
        (one) => a.from <= one && one <= a.to && b.from <= one && one <= b.to,
      );
      expect(portsOverlap(a, b)).toBe(shared);
    }),
  );
});

test("ranges of one size map to each other", () => {
  const [outside, inside] = [
    { from: 8000, to: 8010 },
    { from: 80, to: 90 },
  ];
  expect(portMappingIssues("targetPorts", outside, inside)).toEqual([]);
});

test("a decimal is read only as it is printed", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      expect(parseDecimal(String(value))).toBe(Object.is(value, -0) ? 0 : value);
      expect(parseDecimal(`0${value}`)).toBeUndefined();
    }),
  );
});

test("the ends of each bound are within it", () => {
  expect([
    ...[1, 4094].flatMap((tag) => vlanIssues("vlan", tag)),
    ...[68, 1500, 65_535].flatMap((mtu) => mtuIssues("mtu", mtu)),
    ...mtuIssues("mtu", 1280, { ipv6: true, parent: { name: "eno1", mtu: 1280 } }),
    ...[0, 4_294_967_295].flatMap((metric) => metricIssues("metric", metric)),
    ...[30, 3600].flatMap((time) => confirmTimeoutIssues("confirmTimeout", time)),
    ...[60, 31_536_000].flatMap((time) => leaseTimeIssues("leaseTime", time)),
  ]).toEqual([]);
});
