import { resolve } from "node:path";
import { Project } from "./project";
import { type Declared, readDeclarations } from "./declarations";
import { type Schema, readSchema } from "./schema";

const NODE_MODULES = resolve(__dirname, "..", "..", "node_modules");

/** What the project uses, or is about to. */
const USED = [
  "proxmoxve:index/vmLegacy:VmLegacy",
  "proxmoxve:index/fileLegacy:FileLegacy",
  "proxmoxve:download/file:File",
  "proxmoxve:network/linux/bridge:Bridge",
  "proxmoxve:hardware/mapping/pci:Pci",
  "proxmoxve:sdn/zone/simple:Simple",
  "proxmoxve:sdn/vnet:Vnet",
  "proxmoxve:sdn/subnet:Subnet",
  "proxmoxve:sdn/applier:Applier",
  "proxmoxve:firewall/optionsLegacy:OptionsLegacy",
  "proxmoxve:firewall/rulesLegacy:RulesLegacy",
  "proxmoxve:cluster/firewallLegacy:FirewallLegacy",
  "proxmoxve:node/firewall:Firewall",
  "proxmoxve:hardware/getPci:getPci",
  "proxmoxve:hardware/mapping/getPci:getPci",
  "proxmoxve:index/getVmLegacy:getVmLegacy",
  "proxmoxve:index/getVmsLegacy:getVmsLegacy",
  "proxmoxve:index/getDatastores:getDatastores",
  "proxmoxve:index/getNodesLegacy:getNodesLegacy",
  "proxmoxve:index/getVersion:getVersion",
];

let project: Project;
beforeAll(async () => {
  project = await Project.create({ "Pulumi.yaml": "name: engine-test\nruntime: nodejs\n" });
}, 300_000);
afterAll(() => project.remove());

const ofPlugin = async (plugin: string) =>
  readSchema(JSON.parse(await project.expect("package", "get-schema", plugin)) as Schema);

const sorted = ({ inputs, outputs }: Declared) => ({ inputs, outputs: [...outputs].sort() });

describe("the proxmoxve plugin", () => {
  let declared: Map<string, Declared>;
  let served: Map<string, Declared>;
  beforeAll(async () => {
    declared = readDeclarations(resolve(NODE_MODULES, "@muhlba91/pulumi-proxmoxve"));
    served = await ofPlugin("proxmoxve@8.6.0");
  }, 180_000);

  test("serves every token the SDK declares, and no other", () => {
    expect([...served.keys()].filter(ours).sort()).toEqual(
      [...declared.keys()].filter(ours).sort(),
    );
    expect(declared.size).toBeGreaterThan(200);
  });

  test.each(USED)("takes the inputs and has the outputs the SDK declares for %s", (token) => {
    const [own, other] = [served.get(token), declared.get(token)];
    expect(own && other && sorted(own)).toEqual(other && sorted(other));
    expect(other).toBeDefined();
  });

  test("agrees with the SDK on the inputs of everything else, too", () => {
    for (const [token, { inputs }] of declared) {
      if (ours(token))
        expect({ token, inputs: served.get(token)?.inputs }).toEqual({ token, inputs });
    }
  });
});

/** The provider's own configuration methods are no part of an SDK. */
const ours = (token: string) => token.startsWith("proxmoxve:");

test("the command plugin takes the inputs the SDK declares for local and remote commands", async () => {
  const declared = readDeclarations(resolve(NODE_MODULES, "@pulumi", "command"));
  const served = await ofPlugin("command@1.2.1");
  for (const token of [
    "command:local:Command",
    "command:remote:Command",
    "command:remote:CopyToRemote",
  ]) {
    expect(served.get(token)?.inputs).toBeDefined();
    expect(served.get(token)?.inputs).toEqual(declared.get(token)?.inputs);
  }
}, 180_000);
