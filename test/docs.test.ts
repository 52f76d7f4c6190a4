import { readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import * as ts from "typescript";
import { documents, exists, namedHeadings, plain, read, root, table } from "./documents";

const links = documents.flatMap((document) =>
  [...read(document).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^https?:/.test(target))
    .map((target) => ({ document, target })),
);

const anchors = (path: string) =>
  [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\w -]/g, "")
      .replaceAll(" ", "-"),
  );

test("every document is linked from another", () => {
  const linked = new Set(
    links.map(({ document, target }) => join(dirname(document), target.split("#")[0] ?? "")),
  );
  expect(documents.filter((one) => one !== "README.md" && !linked.has(one))).toEqual([]);
});

test.each(links)("$document links to $target, which is there", ({ document, target }) => {
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? document : normalize(join(dirname(document), path));

  expect(exists(file)).toBe(true);
  if (anchor !== undefined) expect(anchors(file)).toContain(anchor);
});

/** The library as the compiler sees it. */
const program = (() => {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (path) =>
    ts.sys.readFile(path),
  ) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  return ts.createProgram([join(root, "components/index.ts")], options);
})();
const checker = program.getTypeChecker();
const library = (() => {
  const source = program.getSourceFile(join(root, "components/index.ts"));
  const symbol = source && checker.getSymbolAtLocation(source);
  if (!symbol) throw new Error("the library has no exports");
  return checker
    .getExportsOfModule(symbol)
    .map((one) => (one.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(one) : one));
})();
const interfaces = library.filter((symbol) => symbol.flags & ts.SymbolFlags.Interface);
const components = library.filter((symbol) => symbol.flags & ts.SymbolFlags.Class);

const typeOf = (property: ts.Symbol) => {
  const [declaration] = property.declarations ?? [];
  const type =
    declaration &&
    (ts.isPropertySignature(declaration) || ts.isPropertyDeclaration(declaration)) &&
    declaration.type?.getText();
  return (type || "").replaceAll("pulumi.", "");
};

const defaultOf = (property: ts.Symbol) =>
  property.flags & ts.SymbolFlags.Optional
    ? property
        .getJsDocTags(checker)
        .filter(({ name }) => name === "default")
        .map(({ text }) => plain(ts.displayPartsToString(text)))
        .join()
    : "required";

// Whoever adds the members of a base to its own has it documented with them.
const bases = new Set(
  interfaces.flatMap(
    (symbol) =>
      checker
        .getDeclaredTypeOfSymbol(symbol)
        .getBaseTypes()
        ?.map((base) => base.symbol.name) ?? [],
  ),
);

const pages = documents.filter((path) => path.startsWith("docs/"));
const pageOf = (name: string) => pages.filter((page) => namedHeadings(page).includes(name));

test.each(interfaces.map(({ name }) => name).filter((name) => !bases.has(name)))(
  "%s has one table, with the names, types and defaults of the code",
  (name) => {
    const symbol = interfaces.find((one) => one.name === name);
    const properties = symbol ? checker.getDeclaredTypeOfSymbol(symbol).getProperties() : [];
    const [page = "", ...more] = pageOf(name);

    expect(more).toEqual([]);
    expect(
      table(page, `### \`${name}\``).map((row) => [row.Name, row.Type, row.Default].map(plain)),
    ).toEqual(properties.map((one) => [one.name, typeOf(one), defaultOf(one)]));
  },
);

test.each(components.map(({ name }) => name))("%s has one table of its outputs", (name) => {
  const symbol = components.find((one) => one.name === name);
  const outputs = [...(symbol?.members?.values() ?? [])].filter(
    (member) => member.flags & ts.SymbolFlags.Property,
  );
  const [page = "", ...more] = pageOf(name);

  expect(more).toEqual([]);
  expect(table(page, `### \`${name}\``).map((row) => [row.Name, row.Type].map(plain))).toEqual(
    outputs.map((one) => [one.name, typeOf(one)]),
  );
});

test("no page describes what the library does not export", () => {
  const names = new Set(library.map(({ name }) => name));
  const stray = pages
    .filter((page) => page !== "docs/passthrough-router.md")
    .flatMap(namedHeadings)
    .filter((name) => !names.has(name));

  expect(stray).toEqual([]);
});

const sources = ["net", "agent", "agent/shell", "components", "stacks"]
  .flatMap((layer) => readdirSync(join(root, layer)).map((file) => `${layer}/${file}`))
  .filter((path) => /\.(ts|sh)$/.test(path))
  // A message may be put together from several strings.
  .map((path) => read(path).replace(/["`] \+\s*["`]/g, ""))
  .join("\n");

const messages = pages.flatMap((page) =>
  table(page, "## How it fails").map(({ Message = "" }) => ({ page, message: plain(Message) })),
);

test.each(messages)("$page quotes a message of the code: $message", ({ message }) => {
  // Values stand as …; a message's clauses may come from different places.
  const parts = message.split(/…|; expected |(?<=\.) |: /).filter((part) => /[a-z]{3}/.test(part));

  expect(parts).not.toEqual([]);
  expect(parts.filter((part) => !sources.includes(part))).toEqual([]);
});
