import { exists, read, table } from "./documents";

const rows = table("docs/faults.md", "# Faults");

const proofs = rows.flatMap(({ "#": number = "", "Shown by": shown = "" }) =>
  shown === "not tested"
    ? []
    : shown.split("<br>").map((proof) => {
        const [, file = proof, title = ""] = /^`([^`]+)`: (.+)$/.exec(proof) ?? [];
        return { number, file, title };
      }),
);

test("every fault has one row, in order", () => {
  expect(rows.map((row) => row["#"])).toEqual(rows.map((_, i) => `${i + 1}`));
});

test.each(proofs)("fault $number is shown by $file: $title", ({ file, title }) => {
  expect(exists(file)).toBe(true);
  expect(read(file)).toContain(title);
});
