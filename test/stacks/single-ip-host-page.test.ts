import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { utils } from "ssh2";
import { parse } from "yaml";
import { z } from "zod";
import { singleIpHost } from "../../stacks/single-ip-host";
import { schema } from "../../stacks/host-config";
import { codeBlocks, plain, read, table } from "../documents";
import { deploy } from "../mocks";

const PAGE = "docs/single-ip-host.md";

interface Keys {
  readonly properties: Record<string, Schema>;
  readonly required?: readonly string[];
}
type Schema = Keys & { readonly default?: unknown; readonly items: Schema };

const keys = z.toJSONSchema(schema, { io: "input" }) as unknown as Keys;
const entry = (key: string) => keys.properties[key]?.items;
const network = entry("networks")?.properties;

test("the page has a section for every key of the scenario", () => {
  const headings = [...read(PAGE).matchAll(/^### (\w+)$/gm)].map(([, name]) => name);

  expect(headings).toEqual(["topology", ...Object.keys(keys.properties)]);
});

test.each<[string, Keys | undefined]>([
  ...["uplinks", "networks", "allow", "forwards", "foreign"].map(
    (key): [string, Keys | undefined] => [key, entry(key)],
  ),
  ["pool of a network", network?.pool],
  ["guests of a network", network?.guests?.items],
])("the table of %s has the names and defaults that the program takes", (heading, taken) => {
  const declared = Object.entries(taken?.properties ?? {}).map(([name, one]) => {
    const fallback = one.default === undefined ? "optional" : JSON.stringify(one.default);
    return [name, taken?.required?.includes(name) ? "required" : fallback.replace("[]", "none")];
  });
  const described = table(PAGE, `### ${heading}`).map(({ Name, Default }, i) => {
    // Words say what happens without the key.
    const words = declared[i]?.[1] === "optional" && plain(Default) !== "required";
    return [plain(Name), words ? "optional" : plain(Default)];
  });

  expect(declared).not.toEqual([]);
  expect(described).toEqual(declared);
});

test("the example builds a host, with the outputs that the page describes", async () => {
  const [text = "", ...more] = codeBlocks(PAGE, "yml");
  const { config } = parse(text) as { config: Record<string, unknown> };
  const node = config["proxmox-router:node"] as { address: string };
  const directory = mkdtempSync(join(tmpdir(), "proxmox-router-page-"));
  const { private: privateKey, public: hostKey } = utils.generateKeyPairSync("ed25519");
  const files = {
    privateKeyFile: join(directory, "key"),
    knownHostsFile: join(directory, "hosts"),
  };
  writeFileSync(files.privateKeyFile, privateKey);
  writeFileSync(files.knownHostsFile, `${node.address} ${hostKey}\n`);
  let outputs: string[] = [];
  try {
    const resources = await deploy(async () => {
      outputs = Object.keys(
        await singleIpHost("proxmox-router", {
          getObject: (key) =>
            key === "node" ? { ...node, ...files } : config[`proxmox-router:${key}`],
          keys: () => [],
        }),
      );
    });

    expect(more).toEqual([]);
    expect(outputs).toEqual(table(PAGE, "## Outputs").map(({ Name }) => plain(Name)));
    expect(
      resources
        .filter(({ type }) => type.startsWith("proxmox-router:"))
        .map(({ type, name }) => `${type.split(":")[2]} ${name}`),
    ).toEqual(["VmBridge vmbr1", "VmBridge vmbr2", "Firewall host-firewall"]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
