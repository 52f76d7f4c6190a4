import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { utils } from "ssh2";
import * as ts from "typescript";
import { parse } from "yaml";
import { z } from "zod";
import { build } from "../stacks";
import { schema } from "../stacks/passthrough-router-config";
import { codeBlocks, documents, namedHeadings, plain, read, root, table } from "./documents";

const PAGE = "docs/passthrough-router.md";

const examples = documents.flatMap((document) =>
  codeBlocks(document, "ts").map((text, i) => ({ document, i, text })),
);

test("the README has an example of the library, and a configuration", () => {
  expect([codeBlocks("README.md", "ts").length, codeBlocks("README.md", "yaml").length]).toEqual([
    1, 1,
  ]);
});

test("every example of a program passes the project's type check", () => {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (path) =>
    ts.sys.readFile(path),
  ) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  options.paths = { "proxmox-router": [join(root, "components/index.ts")] };

  const files = new Map(
    examples.map(({ document, i, text }) => [
      join(root, `${document.replace(/\W/g, "-")}-${i}.ts`),
      text,
    ]),
  );
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (path) => files.has(path) || disk.fileExists(path),
    readFile: (path) => files.get(path) ?? disk.readFile(path),
    getSourceFile: (path, version, ...rest) => {
      const text = files.get(path);
      return text === undefined
        ? disk.getSourceFile(path, version, ...rest)
        : ts.createSourceFile(path, text, version);
    },
  };
  const program = ts.createProgram([...files.keys()], options, host);
  const complaints = [...files.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  });

  expect(
    complaints.map(
      ({ file, messageText }) =>
        `${file?.fileName ?? ""}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    ),
  ).toEqual([]);
});

/** An object of the configuration as JSON schema has it; a list is one of its entries. */
interface Keys {
  readonly properties?: Record<string, Keys & { readonly default?: unknown }>;
  readonly required?: readonly string[];
  readonly items?: Keys;
}

/** The keys of an object of the configuration's schema, with their defaults as a table has them. */
function schemaOf(key: string): Map<string, string> {
  // What is made of nothing for one, such as an empty card, only its output has a form.
  const [given, made] = (["input", "output"] as const).map((io) => {
    const whole = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as unknown as Keys;
    return whole.properties?.[key];
  });
  const { properties = {}, required = [] } =
    [given?.items, given, made].find((one) => one?.properties) ?? {};
  return new Map(
    Object.entries(properties).map(([name, one]) => [
      name,
      one.default === undefined
        ? required.includes(name)
          ? "required"
          : "optional"
        : JSON.stringify(one.default),
    ]),
  );
}

test("the scenario's page has every key of the project that is not another's, in its order", () => {
  const { config } = parse(read("Pulumi.yaml")) as { config: Record<string, unknown> };
  const own = ["topology", ...Object.keys(schema.shape)];

  expect(namedHeadings(PAGE)).toEqual(Object.keys(config).filter((key) => own.includes(key)));
});

// They have no table.
const PLAIN = ["topology", "bridges", "confirmTimeout", "detectDrift"];

test.each(namedHeadings(PAGE).filter((key) => !PLAIN.includes(key)))(
  "the table of %s has the names and defaults that the program takes",
  (key) => {
    const schema = schemaOf(key);
    const rows = table(PAGE, `### \`${key}\``).map(({ Name, Default }) => {
      const [name, fallback] = [plain(Name), plain(Default)];
      // Words say what happens without the key.
      const words = schema.get(name) === "optional" && fallback !== "required";
      return [name, words ? "optional" : fallback];
    });

    expect(rows.length).toBeGreaterThan(0);
    expect(new Map(rows as [string, string][])).toEqual(schema);
  },
);

const configurations = documents.flatMap((document) =>
  codeBlocks(document, "yaml").map((text) => ({ document, text })),
);

test.each(configurations)("the configuration in $document builds a router", async ({ text }) => {
  const { config } = parse(text) as { config: Record<string, unknown> };
  const directory = mkdtempSync(join(tmpdir(), "proxmox-router-docs-"));
  try {
    const { private: key, public: hostKey } = utils.generateKeyPairSync("ed25519");
    const node = config["proxmox-router:node"] as { address: string };
    writeFileSync(join(directory, "key"), key);
    writeFileSync(join(directory, "hosts"), `${node.address} ${hostKey}\n`);
    const files = {
      privateKeyFile: join(directory, "key"),
      knownHostsFile: join(directory, "hosts"),
    };
    const get = (name: string) =>
      name === "node" ? { ...node, ...files } : config[`proxmox-router:${name}`];

    const described = table(PAGE, "## Outputs").map(({ Name }) => plain(Name));

    expect(described).not.toEqual([]);
    expect(await built(get)).toEqual(described);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

/** The outputs of a stack in a preview, where no command has an output yet. */
async function built(get: (name: string) => unknown): Promise<string[]> {
  const mocks: pulumi.runtime.Mocks = {
    newResource: ({ inputs }) => ({ id: "", state: inputs as object }),
    call: () => ({
      vms: [{ vmId: 9000, name: "debian-13", tags: [], template: true }],
      datastores: [
        { id: "local", contentTypes: ["snippets"], spaceAvailable: 2 ** 40 },
        { id: "local-lvm", contentTypes: ["images"], spaceAvailable: 2 ** 40 },
      ],
    }),
  };
  await pulumi.runtime.setMocks(mocks, "proxmox-router", "test", true, "organization");
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResourceHook(request: unknown, done: (error: null) => void): void;
  };
  monitor.registerResourceHook = (_request, done) => done(null);
  const outputs = await build("proxmox-router", {
    get: (name) => get(name) as string | undefined,
    getObject: get,
    keys: () => [],
  });
  await pulumi.runtime.disconnect();
  return Object.keys(outputs);
}
