import fc from "fast-check";
import { planIssues } from "../../net/address-plan-issues";
import type { AddressPlan } from "../../net/address-plan";
import { interfaceIssues, type RouterInterface } from "../../net/router-network";
import { rows } from "./inputs/rows";

describe.each(rows)("refused: $row", ({ cases }) => {
  test.each(cases.map(([given, expected]) => ({ given, expected })))("$expected", (one) => {
    expect(one.given).toEqual([one.expected]);
  });
});

test("every row has a name of its own, and cases", () => {
  expect(new Set(rows.map(({ row }) => row)).size).toBe(rows.length);
  expect(rows.filter(({ cases }) => cases.length === 0)).toEqual([]);
});

const SECRET = "correct-horse-battery-staple";
const LINE =
  /^(plan|interfaces)(\.\w+|\[\d+\]|\["[\x20-\x7e…]*\])*: [\x20-\x7e…]+; expected [\x20-\x7e…]+$/;

test("whatever a program passes, the answer is a line with a path, and never an exception", () => {
  const junk = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSparseArray: true,
    maxDepth: 2,
    maxKeys: 3,
  });
  const pem = fc.constant(`-----BEGIN PRIVATE KEY-----\n${SECRET}\n-----END PRIVATE KEY-----`);
  const value = fc.oneof(junk, fc.string({ unit: "binary" }), pem);
  const network = fc.record(
    {
      name: value,
      addresses: fc.oneof(value, fc.array(value)),
      guests: fc.array(fc.dictionary(fc.constantFrom("name", "vmId", "mac", "address"), value)),
      ranges: value,
    },
    { requiredKeys: [] },
  );
  const plan = fc.record(
    { networks: fc.oneof(value, fc.array(network)), forwards: value, pools: value },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(value, plan), fc.oneof(value, fc.array(network)), (a, b) => {
      const lines = [...planIssues(a as AddressPlan), ...interfaceIssues(b as RouterInterface[])];
      lines.forEach((line) => {
        expect(line).toMatch(LINE);
        expect(line).not.toContain(SECRET);
      });
    }),
    { numRuns: 2000 },
  );
});
