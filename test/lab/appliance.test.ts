import { resolve } from "node:path";
import { access, ADDRESS, hostExec } from "../../lab/host/host";
import { Project, type Result } from "../engine/project";
import { describeLab, freshLab } from "../host/lab";
import { CONFIG } from "./appliance-config";
import { hostSnapshot } from "./host-snapshot";
import { LabStack } from "./stack";

const MINUTE = 60_000;
const PROGRAM = `
import { readFileSync } from "node:fs";
import { Firewall, PassthroughNic, RouterVm } from ${JSON.stringify(resolve(__dirname, "../../components"))};
const { node, uefi, bios, filtered, second } = JSON.parse(readFileSync("args.json", "utf8"));
const card = new PassthroughNic("quad", { node, path: "0000:01:00" });
const first = new RouterVm("pfsense", { node, pciMappings: [card.mapping], ...uefi });
new RouterVm("opnsense", { node, ...bios });
const policy = { management: { interface: "wan" }, zones: [], flows: [] };
if (second) new RouterVm("second", { ...bios, ...second, node });
if (filtered) new Firewall("filter", { connection: first.connection, policy });
`;
const SETTINGS = `
config:
  proxmoxve:endpoint: https://${ADDRESS.host}:8006/
  proxmoxve:insecure: "true"
  proxmoxve:username: root@pam
  proxmoxve:password: proxmox-lab
`;
// What an administrator has loaded up before: a medium and an image with nothing on them.
const FILES = `
mkdir -p /var/lib/vz/template/iso /var/lib/vz/import
truncate -s 2M /var/lib/vz/template/iso/pfsense.iso
qemu-img create -q -f qcow2 /var/lib/vz/import/opnsense.qcow2 1G
`;

const interfaces = [{ name: "admin", bridge: "vmbr0", mac: "02:00:00:00:02:00" }];
const uefi = {
  vmId: 200,
  appliance: { os: "pfsense", iso: "local:iso/pfsense.iso" },
  memory: 256,
  cores: 1,
  diskSize: 1,
  startup: { order: 3, upDelay: 60 },
  interfaces,
};
const bios = {
  vmId: 201,
  appliance: { os: "opnsense", firmware: "bios", image: "local:import/opnsense.qcow2" },
  memory: 128,
  cores: 1,
  diskSize: 2,
  startAtBoot: false,
  interfaces: [{ name: "admin", bridge: "vmbr0" }],
};

let project: Project;
let before: string;

function declare(change: object = {}, more: object = {}): void {
  const { host, port, user, privateKey, hostKey } = access();
  const node = { name: "pve", address: host, port, user, privateKey, hostKey };
  project.write("args.json", JSON.stringify({ node, uefi: { ...uefi, ...change }, bios, ...more }));
}

async function up(change: object = {}): Promise<Result> {
  declare(change);
  return project.up();
}

const onHost = async (script: string) => (await hostExec(script)).stdout.trim();
const running = () => onHost("cat /run/qemu-server/200.pid");

describeLab("routers that keep their own network", () => {
  freshLab();

  beforeAll(async () => {
    await onHost(FILES);
    before = await hostSnapshot();
    project = await Project.create({
      "Pulumi.yaml": "name: appliances\nruntime: nodejs\nmain: index.ts\n",
      "index.ts": PROGRAM,
    });
    project.write("Pulumi.test.yaml", SETTINGS);
  }, 5 * MINUTE);

  afterAll(() => project.remove());

  test(
    "one is started from a medium by UEFI with a whole card, another by BIOS from an image",
    async () => {
      expect(await up()).toMatchObject({ code: 0 });

      const always = "meta|smbios1|vmgenid";
      expect(await onHost(`qm config 200 | grep -vE '^(${always}):'`)).toBe(CONFIG);
      const differing = "bios|efidisk0|hostpci0|ide0|onboot|scsi0|startup";
      expect(await onHost(`qm config 201 | grep -E '^(${differing}):'`)).toBe(
        [
          "bios: seabios",
          "ide0: none,media=cdrom",
          "onboot: 0",
          "scsi0: local-lvm:vm-201-disk-0,aio=io_uring,backup=1,cache=none,discard=on,iothread=1,replicate=1,size=2G,ssd=0",
          "startup: order=1",
        ].join("\n"),
      );
      expect(await onHost("qm list | awk 'NR > 1 { print $1, $2, $3 }'")).toBe(
        "200 pfsense running\n201 opnsense running\n9000 debian-13 stopped",
      );
    },
    3 * MINUTE,
  );

  test(
    "a second update changes nothing",
    async () => {
      expect((await up()).output).toMatch(/Resources:\s+8 unchanged/);
      expect(await project.run("preview", "--refresh", "--expect-no-changes")).toMatchObject({
        code: 0,
      });
    },
    2 * MINUTE,
  );

  test(
    "another guest is not made with the card that it runs with, and is told who has it",
    async () => {
      declare({}, { second: { vmId: 202, pciMappings: ["quad"] } });

      const { code, output } = await project.up();

      expect([code === 0, output]).toEqual([
        false,
        expect.stringContaining(
          "VM 200 runs with the card or virtual function of the PCI mapping quad. Stop it, or give this guest another.",
        ),
      ]);
      expect(await onHost("qm list | grep -c '^ *202'")).toBe("0");
    },
    2 * MINUTE,
  );

  test(
    "its order and its protection are changed while it runs; more memory waits for its next start",
    async () => {
      const process = await running();
      const change = { startup: { order: 2 }, protection: true, memory: 384 };

      const { code, output } = await up(change);

      expect([code, output]).toEqual([0, expect.stringContaining("~ 1 updated")]);
      expect(output).not.toMatch(/\d+ (created|replaced)/);
      expect(await onHost("qm config 200 | grep -E '^(memory|protection|startup):'")).toBe(
        "memory: 384\nprotection: 1\nstartup: order=2",
      );
      expect(await onHost("qm config 200 --current 1 | grep ^memory")).toBe("memory: 256");
      expect(await running()).toBe(process);
      expect((await up(change)).output).toMatch(/Resources:\s+8 unchanged/);
    },
    2 * MINUTE,
  );

  test(
    "while it is protected it is neither destroyed nor stopped",
    async () => {
      const process = await running();

      const { code, output } = await project.run("destroy", "--yes", "--skip-preview");

      expect([code === 0, output]).toEqual([false, expect.stringContaining("protected")]);
      expect(await running()).toBe(process);
      // The card stays its own.
      expect(await onHost("pvesh get /cluster/mapping/pci/quad")).toContain("0000:01:00");
    },
    2 * MINUTE,
  );

  test(
    "the scenario sriov-pfsense is previewed with its kernel, its functions, their mappings and its VM",
    async () => {
      const stack = await LabStack.create("lab-sriov");
      const steps = await stack.plan().finally(() => stack.remove());

      expect(steps.map(({ op, name }) => `${op} ${name}`)).toEqual(
        expect.arrayContaining([
          "create kernel-boot",
          "create kernel-state",
          "create functions-functions",
          "create functions-table",
          ...["wan", "lan", "dmz", "vf3", "vf4", "vf5"].map(
            (vf) => `create functions-${vf}-mapping`,
          ),
          "create pfsense-vm",
        ]),
      );
      expect(steps).toHaveLength(17);
    },
    2 * MINUTE,
  );

  test(
    "a Firewall in it is refused in the preview",
    async () => {
      declare({}, { filtered: true });

      const { code, output } = await project.run("preview");

      expect([code === 0, output]).toEqual([
        false,
        expect.stringContaining(
          "connection: nothing leads there; expected that of a machine that is configured, which an appliance is not",
        ),
      ]);
    },
    MINUTE,
  );

  test(
    "without protection all of it goes",
    async () => {
      expect(await up()).toMatchObject({ code: 0 });
      expect(await project.run("destroy", "--yes", "--skip-preview")).toMatchObject({ code: 0 });

      expect(await hostSnapshot()).toBe(before);
    },
    2 * MINUTE,
  );
});
