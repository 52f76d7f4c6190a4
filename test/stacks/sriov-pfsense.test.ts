import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { utils } from "ssh2";
import { parse } from "yaml";
import { resolved } from "../../components/resolved";
import { build } from "../../stacks";
import { schema } from "../../stacks/sriov-pfsense-config";
import { configIssues } from "../../stacks/sriov-pfsense-issues";
import { read } from "../documents";
import { deploy } from "../mocks";

type Keys = Record<string, object>;

const { config } = parse(read("stacks/Pulumi.lab-sriov.yaml")) as { config: Keys };
const valid = Object.fromEntries(
  Object.entries(config).map(([key, value]) => [key.replace("proxmox-router:", ""), value]),
);
const { sriov = {}, appliance = {} } = valid;

const directory = mkdtempSync(join(tmpdir(), "proxmox-router-sriov-"));
const files = {
  privateKeyFile: join(directory, "key"),
  knownHostsFile: join(directory, "hosts"),
};
const { private: privateKey, public: hostKey } = utils.generateKeyPairSync("ed25519");
writeFileSync(files.privateKeyFile, privateKey);
writeFileSync(files.knownHostsFile, `10.99.0.2 ${hostKey}\n`);
afterAll(() => rmSync(directory, { recursive: true }));

/** What a configuration makes, by name, and the lines that say who has which function. */
async function made(change: Keys) {
  const given: Keys = { ...valid, node: { ...valid["node"], ...files }, ...change };
  const lines: string[] = [];
  const resources = await deploy(async () => {
    const reader = {
      get: (key: string) => given[key] as unknown as string,
      getObject: (key: string) => given[key],
      keys: () => Object.keys(given).filter((key) => !/^proxmoxve:|salt$/.test(key)),
    };
    const outputs = await build("proxmox-router", reader);
    lines.push(...(await resolved(outputs["functions"] as pulumi.Output<string[]>)));
  });
  return { inputs: new Map(resources.map(({ name, inputs }) => [name, inputs])), lines };
}

test("the node's kernel is prepared where that is declared, before the card is looked at", async () => {
  const { inputs } = await made({ kernel: { prepare: true } });

  expect([...inputs.keys()].indexOf("functions")).toBeGreaterThan(
    [...inputs.keys()].indexOf("kernel-boot"),
  );
  expect(inputs.get("kernel-boot")?.["stdin"]).toContain("cmdline intel:intel_iommu=on iommu=pt\n");
  expect((await made({ kernel: {} })).inputs.has("kernel-boot")).toBe(false);
});

test("the VM gets the functions that it asks for, in its order, and the table says who has which", async () => {
  const { inputs, lines } = await made({ appliance: { ...appliance, functions: ["dmz", "wan"] } });

  expect(inputs.get("pfsense-vm")).toMatchObject({
    vmId: 200,
    hostpcis: [{ mapping: "functions-dmz" }, { mapping: "functions-wan" }],
    networkDevices: [{ bridge: "vmbr0" }],
    startup: { order: 1 },
    agent: { enabled: false },
  });
  expect(lines.map((line) => line.replace(/ 02:\S+/, ""))).toEqual([
    "0 wan 0000:01:10.0 untagged: VM 200 pfsense",
    "1 lan 0000:01:10.2 untagged: free",
    "2 dmz 0000:01:10.4 vlan 30: VM 200 pfsense",
    "3 vf3 0000:01:10.6 untagged: free",
    "4 vf4 0000:01:11.0 untagged: free",
    "5 vf5 0000:01:11.2 untagged: free",
  ]);
});

test("without a list it gets all of them", async () => {
  const { inputs } = await made({ appliance: { ...appliance, functions: undefined } });

  expect(inputs.get("pfsense-vm")?.hostpcis).toHaveLength(6);
});

const vm = (change: object) => ({ appliance: { ...appliance, ...change } });
const card = (change: object) => ({ sriov: { ...sriov, ...change } });

test.each<[string, Keys, string[]]>([
  ["its lab configuration", {}, []],
  [
    "a card by its name",
    card({ card: "enp6s0f0" }),
    [
      'p:sriov.card: got "enp6s0f0"; expected a permanent MAC address, or a PCI address such as 0000:01:00.0',
    ],
  ],
  [
    "more functions than there are",
    card({ count: 2 }),
    [
      "p:sriov.vfs: 3 of them, and count is 2; expected at most 2",
      'p:appliance.functions[2]: unknown function "dmz"; expected wan, lan',
    ],
  ],
  [
    "a function that is not there, and one twice",
    vm({ functions: ["wan", "vf1", "wan"] }),
    [
      'p:appliance.functions[1]: unknown function "vf1"; expected wan, lan, dmz, vf3, vf4, vf5',
      'p:appliance.functions[2]: "wan" is the same as p:appliance.functions[0]; expected another function',
    ],
  ],
  [
    "nothing to start from",
    vm({ iso: undefined }),
    ["p:appliance: no iso, no image and no template; expected one of them"],
  ],
  [
    "OpenBSD",
    vm({ os: "openbsd" }),
    [
      "p:appliance.os: OpenBSD has no driver for a virtual function such as an i350's; expected pfsense, opnsense, freebsd",
    ],
  ],
])("%s is held against the keys of the scenario", (_, change, expected) => {
  expect(configIssues("p", schema.parse({ ...valid, ...change }))).toEqual(expected);
});
