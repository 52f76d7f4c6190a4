import fc from "fast-check";
import {
  cardOf,
  formatPci,
  parsePci,
  pciCardIssues,
  pciIdIssues,
  pciIssues,
  vfIndexIssues,
} from "../../net/pci";

const address = fc.record({
  domain: fc.nat(0xffff),
  bus: fc.nat(0xff),
  device: fc.nat(0x1f),
  fn: fc.nat(7),
});

test("a PCI address that is printed is read back as the same", () => {
  fc.assert(
    fc.property(address, (one) => {
      const text = formatPci(one);
      expect(parsePci(text)).toEqual(one);
      expect([pciIssues("path", text), pciCardIssues("path", text)]).toEqual([[], []]);
      expect(pciCardIssues("path", cardOf(one))).toEqual([]);
    }),
  );
});

test("the functions of a card share its address", () => {
  expect(cardOf({ domain: 0, bus: 1, device: 0, fn: 3 })).toBe("0000:01:00");
});

test("only what is printed is read", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9a-fA-F:.]{1,13}$/), (text) => {
      const read = parsePci(text);
      expect(read ? formatPci(read) : text).toBe(text);
    }),
    { numRuns: 1000 },
  );
});

test("a device id and the virtual functions of a card are known", () => {
  expect(pciIdIssues("deviceId", "8086:1521")).toEqual([]);
  expect([0, 5].flatMap((index) => vfIndexIssues("vf", index, 6))).toEqual([]);
});
