import { parseArguments } from "../../lab/pve/cli/arguments";
import { perlJson, textTable } from "../../lab/pve/cli/print";

test("options are read as Proxmox's tools read them", () => {
  const line = "guest exec 100 --timeout 5 -pass-stdin --a=b --map x=1 --map y=2 -- sh -c --now";
  expect(parseArguments(line.split(" "))).toEqual({
    words: ["guest", "exec", "100"],
    options: { timeout: "5", "pass-stdin": "1", a: "b", map: ["x=1", "y=2"] },
    rest: ["sh", "-c", "--now"],
  });
});

test("JSON is printed as Perl prints it", () => {
  expect(perlJson({ exited: 1, exitcode: 0, "out-data": 'a "b": c\n' })).toBe(
    '{\n   "exitcode" : 0,\n   "exited" : 1,\n   "out-data" : "a \\"b\\": c\\n"\n}',
  );
});

test("an object is shown as a table of keys and values", () => {
  expect(textTable({ b: 1, a: "x" })).toBe(
    [
      "┌─────┬───────┐",
      "│ key │ value │",
      "╞═════╪═══════╡",
      "│ a   │ x     │",
      "├─────┼───────┤",
      "│ b   │ 1     │",
      "└─────┴───────┘",
    ].join("\n"),
  );
});
