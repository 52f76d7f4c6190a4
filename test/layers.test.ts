import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const root = resolve(__dirname, "..");
const allowed: Record<string, readonly string[]> = {
  net: ["net", "ipaddr.js", "yaml", "node:crypto"],
  agent: ["agent", "net", "ssh2", "node:"],
  components: ["components", "agent", "net", "@pulumi", "@muhlba91", "ssh2", "node:"],
  cli: ["cli", "agent", "net", "node:"],
  stacks: ["stacks", "components", "net", "@pulumi", "@muhlba91", "ssh2", "zod", "node:"],
};

const files = Object.keys(allowed).flatMap((layer) =>
  readdirSync(join(root, layer), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => ({ layer, file: join(layer, file) })),
);

test("there are files to look at in every layer", () => {
  expect([...new Set(files.map(({ layer }) => layer))]).toEqual(Object.keys(allowed));
});

test.each(files)("$file imports only what its layer may", ({ layer, file }) => {
  const text = readFileSync(join(root, file), "utf8");
  const imported = [...text.matchAll(/\bfrom "([^"]+)"|\brequire\("([^"]+)"\)/g)]
    .map(([, a, b]) => a ?? b ?? "")
    .map((name) =>
      name.startsWith(".")
        ? relative(root, resolve(root, dirname(file), name)).split("/")[0] || "."
        : name,
    );

  const stray = imported.filter(
    (name) =>
      !allowed[layer]?.some(
        (one) => name === one || name.startsWith(one.endsWith(":") ? one : `${one}/`),
      ),
  );
  expect(stray).toEqual([]);
});
