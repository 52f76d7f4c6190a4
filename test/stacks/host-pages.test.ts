import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { utils } from "ssh2";
import { parse } from "yaml";
import { z } from "zod";
import { build } from "../../stacks";
import { schema as hostSchema } from "../../stacks/host-config";
import { schema as natSchema } from "../../stacks/nat-bridge-config";
import { schema as routedSchema } from "../../stacks/routed-guests-config";
import { schema as sriovSchema } from "../../stacks/sriov-pfsense-config";
import { codeBlocks, plain, read, table } from "../documents";
import { deploy } from "../mocks";

interface Keys {
  readonly properties: Record<string, Schema>;
  readonly required?: readonly string[];
}
type Schema = Keys & { readonly default?: unknown; readonly items?: Schema };
type Config = Record<string, unknown>;

const keysOf = (schema: z.ZodType) => z.toJSONSchema(schema, { io: "input" }) as unknown as Keys;
const PAGES = [
  {
    page: "docs/single-ip-host.md",
    keys: keysOf(hostSchema),
    example: "stacks/Pulumi.example-server.yaml",
    components: ["VmBridge vmbr1", "VmBridge vmbr2", "Firewall host-firewall"],
  },
  {
    page: "docs/nat-bridge.md",
    keys: keysOf(natSchema),
    example: "stacks/Pulumi.example-home.yaml",
    components: ["VmBridge virbr0", "Firewall host-firewall"],
  },
  {
    page: "docs/routed-guests.md",
    keys: keysOf(routedSchema),
    example: "stacks/Pulumi.example-lan.yaml",
    components: ["VmBridge vmbr9", "Firewall host-firewall", "RoutedGuests guests"],
  },
  {
    page: "docs/sriov-pfsense.md",
    keys: keysOf(sriovSchema),
    example: "stacks/Pulumi.example-firewall.yaml",
    components: ["HostKernel kernel", "SriovVfSet functions", "RouterVm pfsense"],
  },
];
const OTHER = "single-ip-host.md";

/** Whether a section says that it is the same on the other page. */
const isElsewhere = (page: string, key: string) =>
  read(page).includes(`### ${key}\n\nAs in [single-ip-host](${OTHER}#${key.toLowerCase()})`);

test.each(PAGES)("$page has a section for every key of the scenario", ({ page, keys }) => {
  const headings = [...read(page).matchAll(/^### (\w+)$/gm)].map(([, name]) => name);

  expect(headings).toEqual(["topology", ...Object.keys(keys.properties)]);
});

test.each(PAGES.slice(1))("what $page leaves to another page is the same there", (one) => {
  const left = Object.keys(one.keys.properties).filter((key) => isElsewhere(one.page, key));

  expect(left).not.toEqual([]);
  for (const key of left) {
    expect(one.keys.properties[key]).toEqual(PAGES[0]?.keys.properties[key]);
  }
});

test.each(
  PAGES.flatMap(({ page, keys }) => {
    const network = keys.properties.networks?.items?.properties;
    return [
      ...[
        "uplinks",
        "networks",
        "ipv6",
        "routed",
        "guests",
        "allow",
        "forwards",
        "proxies",
        "foreign",
        "kernel",
        "sriov",
        "appliance",
      ]
        .filter((key) => keys.properties[key] && !isElsewhere(page, key))
        .map((key) => {
          const declared = keys.properties[key];
          return { page, heading: key, taken: declared?.items ?? declared };
        }),
      ...(network
        ? [
            { page, heading: "pool of a network", taken: network.pool },
            { page, heading: "guests of a network", taken: network.guests?.items },
          ]
        : []),
    ];
  }),
)("$page: the table of $heading has the names and defaults of the program", (one) => {
  const { page, heading, taken } = one;
  const declared = Object.entries(taken?.properties ?? {}).map(([name, { default: given }]) => {
    const fallback = given === undefined ? "optional" : JSON.stringify(given);
    return [name, taken?.required?.includes(name) ? "required" : fallback.replace("[]", "none")];
  });
  const described = table(page, `### ${heading}`).map(({ Name, Default }, i) => {
    // Words say what happens without the key.
    const words = declared[i]?.[1] === "optional" && plain(Default) !== "required";
    return [plain(Name), words ? "optional" : plain(Default)];
  });

  expect(declared).not.toEqual([]);
  expect(described).toEqual(declared);
});

test.each(PAGES)("$example is the example of its page", ({ page, example }) => {
  const [text = "", ...more] = codeBlocks(page, "yml");

  expect(more).toEqual([]);
  expect(parse(read(example))).toEqual(parse(text));
});

test.each(PAGES)(
  "$example builds a host, with the outputs that its page describes",
  async (one) => {
    const { config } = parse(read(one.example)) as { config: Config };
    const { built, outputs } = await hostOf(config);

    expect(outputs).toEqual(table(one.page, "## Outputs").map(({ Name }) => plain(Name)));
    expect(built.sort()).toEqual([...one.components].sort());
  },
);

test("what a network says of its bridge reaches the host", async () => {
  const { config } = parse(read("stacks/Pulumi.example-home.yaml")) as { config: Config };
  const key = "proxmox-router:networks";
  const [network] = config[key] as { guests: object[] }[];
  const guests = network?.guests.map((guest, i) => ({ ...guest, vmId: 101 + i, nic: 1 }));
  const bridge = { stp: true, forwardDelay: 4, portIsolation: true, mac: "02:00:00:00:00:09" };
  const { records } = await hostOf({ ...config, [key]: [{ ...network, guests, ...bridge }] });

  const bundle = records.get("virbr0-network");
  expect(bundle).toContain("stanza virbr0 02:00:00:00:00:09 on 4\n");
  expect(bundle).toContain("chain isolation {");
  expect(bundle).toContain("tap101i1");
});

interface Host {
  readonly built: string[];
  readonly outputs: string[];
  /** What commands are given to read, by their names. */
  readonly records: Map<string, unknown>;
}

/** What a configuration builds, on a node whose keys are there. */
async function hostOf(config: Config): Promise<Host> {
  const node = config["proxmox-router:node"] as { address: string };
  const directory = mkdtempSync(join(tmpdir(), "proxmox-router-page-"));
  const { private: privateKey, public: hostKey } = utils.generateKeyPairSync("ed25519");
  const files = {
    privateKeyFile: join(directory, "key"),
    knownHostsFile: join(directory, "hosts"),
  };
  writeFileSync(files.privateKeyFile, privateKey);
  writeFileSync(files.knownHostsFile, `${node.address} ${hostKey}\n`);
  const own = Object.keys(config).flatMap((key) => /^proxmox-router:(.*)/.exec(key)?.[1] ?? []);
  const get = (key: string) =>
    key === "node" ? { ...node, ...files } : config[`proxmox-router:${key}`];
  let outputs: string[] = [];
  try {
    const resources = await deploy(async () => {
      const reader = { get: (key: string) => get(key) as string, getObject: get, keys: () => own };
      outputs = Object.keys(await build("proxmox-router", reader));
    });
    const built = resources
      .filter(({ type }) => type.startsWith("proxmox-router:"))
      .map(({ type, name }) => `${type.split(":")[2]} ${name}`);
    const records = new Map(resources.map(({ name, inputs }) => [name, inputs.stdin]));
    return { built, outputs, records };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
