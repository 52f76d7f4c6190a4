import { readdirSync } from "node:fs";
import { plain, read, root, table } from "../documents";
import { rows } from "./inputs/rows";

const PAGE = "docs/inputs.md";
const kinds = [...read(PAGE).matchAll(/^### .+$/gm)].flatMap(([heading]) => table(PAGE, heading));
const titles = rows.map(({ row }) => row);

/** A message of the page: a regular expression in which … is any text. */
const form = (message: string) =>
  new RegExp(
    plain(message)
      .split("…")
      .map((part) => part.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&"))
      .join(".*"),
  );

// Kinds that are tested where the whole of their component is.
const elsewhere = ["net", "components", "stacks"]
  .flatMap((layer) => readdirSync(`${root}/test/${layer}`).map((file) => `test/${layer}/${file}`))
  .filter((path) => path.endsWith(".test.ts"))
  .map(read)
  .join("\n");

test("the page of what is refused names every kind that is tested, in a table, once", () => {
  const named = kinds.map(({ Kind = "" }) => Kind);

  expect(titles.filter((title) => !named.includes(title))).toEqual([]);
  expect(new Set(named).size).toBe(named.length);
});

test.each(kinds.filter(({ Kind = "" }) => titles.includes(Kind)))(
  "$Kind: the page tells a message that is tested",
  ({ Kind, Message = "" }) => {
    const cases = rows.find(({ row }) => row === Kind)?.cases ?? [];

    expect(cases.map(([, expected]) => expected).join("\n")).toMatch(form(Message));
  },
);

test.each(kinds.filter(({ Kind = "" }) => !titles.includes(Kind)))(
  "$Kind: the page tells a message that another test asserts",
  ({ Message = "" }) => {
    expect(elsewhere).toMatch(form(Message));
  },
);
