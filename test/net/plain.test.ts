import fc from "fast-check";
import { parsePlain } from "../../net/plain";
import { shapeIssues } from "../../net/shape";

test("plain data is copied whole", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      fc.pre(!/"(__proto__|constructor|prototype)":|\\u|[^\x20-\x7e]/.test(JSON.stringify(value)));
      expect(parsePlain("it", value)).toEqual({ value, issues: [] });
    }),
  );
});

test("a copy does not change with what it was made from", () => {
  const given = { list: [{ name: "a" }] };
  const { value } = parsePlain("it", given);
  given.list[0] = { name: "b" };
  expect(value).toEqual({ list: [{ name: "a" }] });
});

test("a value that answers differently each time is read once", () => {
  let reads = 0;
  const shifty = new Proxy(
    { name: "a" },
    {
      getOwnPropertyDescriptor: () => {
        reads += 1;
        return { value: `answer ${reads}`, enumerable: true, configurable: true, writable: true };
      },
    },
  );
  const { value } = parsePlain("it", { shifty });
  expect([value?.shifty.name, value?.shifty.name, reads]).toEqual(["answer 1", "answer 1", 1]);
});

test("what is declared twice in a tree is no cycle", () => {
  const shared = { name: "a" };
  expect(parsePlain("it", [shared, shared]).issues).toEqual([]);
});

test("a field that is left out or undefined may be missing where the shape says so", () => {
  const shape = { name: "text", "size?": "number" } as const;
  expect(shapeIssues("it", { name: "a", size: undefined }, shape)).toEqual([]);
  expect(shapeIssues("it", { size: 1 }, shape)).toEqual(["it.name: missing; expected text"]);
  expect(shapeIssues("it", [], shape)).toEqual(["it: got []; expected an object of name, size"]);
});
