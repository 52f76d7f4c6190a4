import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ensureEngine } from "../lab/engine/engine";

const root = resolve(__dirname, "..");
const PROGRAM = `
import { Firewall, RouterVm, VmBridge } from "proxmox-router";

const node = {
  name: "pve",
  address: "127.0.0.1",
  port: 1,
  privateKey: "not a key",
  hostKey: "ssh-ed25519 AAAA",
};
const inside = new VmBridge("inside", { node, bridgeName: "vmbr1" });
const router = new RouterVm("edge", {
  node,
  vmId: 100,
  management: "vm0",
  authorizedKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICiTzn7mGAZ+LluSPntbgp2DJm035Y4UDwRj8lNIVD26"],
  interfaces: [
    { name: "vm0", bridge: "vmbr0", dhcp: true },
    { name: "wan", bridge: "vmbr0", dhcp: true, defaultRoute: true },
    { name: "lan", bridge: inside.bridgeName, addresses: ["10.0.0.1/24"] },
  ],
});
const filter = new Firewall("filter", {
  connection: router.connection,
  policy: {
    management: { interface: "vm0" },
    zones: [
      { name: "wan", interfaces: ["wan"] },
      { name: "lan", interfaces: ["lan"] },
    ],
    flows: [{ from: "lan", to: "wan" }],
    masquerade: ["wan"],
  },
});
export const ruleset = filter.ruleset;
`;

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "proxmox-router-library-"));
  const modules = join(directory, "node_modules");
  mkdirSync(join(modules, "proxmox-router"), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules"))) {
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
  const packed = execFileSync("npm", ["pack", "--silent", "--pack-destination", directory], {
    cwd: root,
    encoding: "utf8",
  }).trim();
  const target = join(modules, "proxmox-router");
  execFileSync("tar", ["-xzf", join(directory, packed), "-C", target, "--strip-components=1"]);

  writeFileSync(join(directory, "Pulumi.yaml"), "name: user\nruntime: nodejs\n");
  writeFileSync(join(directory, "package.json"), '{ "name": "user", "main": "index.ts" }');
  writeFileSync(join(directory, "tsconfig.json"), '{ "compilerOptions": { "strict": true } }');
  writeFileSync(join(directory, "index.ts"), PROGRAM);
}, 120_000);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("a program that imports the package is previewed with no machine in reach", async () => {
  const { env } = await ensureEngine(() => undefined);
  const pulumi = (...args: string[]) =>
    spawnSync("pulumi", [...args, "--non-interactive", "--color", "never"], {
      cwd: directory,
      encoding: "utf8",
      env: {
        ...process.env,
        ...env,
        PULUMI_BACKEND_URL: `file://${directory}`,
        PULUMI_CONFIG_PASSPHRASE: "x",
        PROXMOX_VE_ENDPOINT: "https://127.0.0.1:1/",
        PROXMOX_VE_API_TOKEN: "root@pam!x=00000000-0000-0000-0000-000000000000",
      },
    });
  expect(pulumi("stack", "init", "user")).toMatchObject({ status: 0 });

  const { status, stdout } = pulumi("preview");

  expect([status, stdout]).toEqual([0, expect.stringContaining("+ 14 to create")]);
}, 180_000);
