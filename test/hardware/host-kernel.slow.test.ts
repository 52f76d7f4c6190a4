import { resolve } from "node:path";
import { Hardware } from "../../lab/hardware/hardware";
import { Project } from "../engine/project";

const MINUTE = 60_000;
const root = resolve(__dirname, "../..");
const PROGRAM = `
import { readFileSync } from "node:fs";
import { HostKernel } from ${JSON.stringify(`${root}/components`)};
const node = JSON.parse(readFileSync("node.json", "utf8"));
export const { rebootRequired, reason, iommu } = new HostKernel("kernel", { node });
`;

let hardware: Hardware;
let project: Project;
let before: string;

/** What a change may leave something in, and what was there before. */
const read = () =>
  hardware.must(
    "find /etc /usr/local /var/lib/proxmox-router -path /etc/pve -prune -o -type f -exec sha256sum {} + 2>/dev/null | sort -k 2",
  );

beforeAll(async () => {
  hardware = await Hardware.up();
  before = await read();
  project = await Project.create({
    "Pulumi.yaml": "name: hardware-test\nruntime: nodejs\nmain: index.ts\n",
    "index.ts": PROGRAM,
  });
  const { host: address, port, user, privateKey, hostKey } = hardware.access;
  project.write(
    "node.json",
    JSON.stringify({ name: "pve", address, port, user, privateKey, hostKey }),
  );
}, 20 * MINUTE);

afterAll(async () => {
  project.remove();
  await Hardware.down();
}, 2 * MINUTE);

test(
  "GRUB is told, a restart is told to be due, and after it everything is in force",
  async () => {
    expect(await project.up()).toMatchObject({ code: 0 });
    expect(await project.outputs()).toMatchObject({
      rebootRequired: true,
      reason: "the running kernel was started without intel_iommu=on iommu=pt: restart the node",
    });
    expect(await hardware.must("ls /boot/grub/grub.cfg*")).toBe("/boot/grub/grub.cfg\n");

    await hardware.reboot();

    expect(await hardware.must("cat /proc/cmdline")).toMatch(/ intel_iommu=on iommu=pt$/m);
    expect(await hardware.must("sort -u /sys/kernel/iommu_groups/*/type")).toBe("identity\n");
    expect(await hardware.must("lsmod | grep -o '^vfio_pci '")).toBe("vfio_pci \n");
    expect(await project.up()).toMatchObject({ code: 0 });
    expect(await project.outputs()).toEqual({ iommu: true, rebootRequired: false, reason: "" });
  },
  20 * MINUTE,
);

test(
  "a destruction leaves every file as it was, and GRUB without our words",
  async () => {
    expect(await project.run("destroy", "--yes", "--skip-preview")).toMatchObject({ code: 0 });

    expect(await read()).toBe(before);
    expect(await hardware.must("grep -c iommu /boot/grub/grub.cfg || :")).toBe("0\n");
  },
  5 * MINUTE,
);
