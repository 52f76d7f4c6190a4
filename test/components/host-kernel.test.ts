// Needs root: the real engine changes a machine in namespaces.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { HostKernel } from "../../components";
import { FAKE_CARD } from "../agent/fake-card";
import { Machine } from "../agent/machine";
import { supervise } from "../agent/supervise";
import { ask, world } from "../agent/world";
import { Project } from "../engine/project";
import { deploy } from "../mocks";

const MINUTE = 60_000;
const root = resolve(__dirname, "../..");
const PROGRAM = `
import { readFileSync } from "node:fs";
import { HostKernel } from ${JSON.stringify(`${root}/components`)};
const { node, ...args } = JSON.parse(readFileSync("args.json", "utf8"));
const kernel = new HostKernel("host", { node, confirmTimeout: 30, ...args });
export const { rebootRequired, reason, iommu } = kernel;
`;

let machine: Machine;
let project: Project;
let before: Record<string, string>;

beforeAll(async () => {
  const boot = readFileSync(join(root, "test/agent/fake-boot.sh"), "utf8");
  machine = await Machine.start({ boot: `${FAKE_CARD}\n${boot}`, inMemory: true });
  await supervise(machine);
  before = await world(machine);
  project = await Project.create({
    "Pulumi.yaml": "name: engine-test\nruntime: nodejs\nmain: index.ts\n",
    "index.ts": PROGRAM,
  });
  const { host: address, ...login } = machine.connection;
  project.write("args.json", JSON.stringify({ node: { name: "pve", address, ...login } }));
}, 5 * MINUTE);

afterAll(async () => {
  project.remove();
  await machine.stop();
});

/** Whatever is run while the machine can not be reached. */
async function unreached<T>(run: () => Promise<T>): Promise<T> {
  await machine.exec("ip link set dev eth0 down");
  const result = await run();
  await machine.exec("ip link set dev eth0 up");
  return result;
}

test(
  "a restart is told to be due as long as it is, and nobody is asked afterwards",
  async () => {
    expect(await project.up()).toMatchObject({ code: 0 });
    expect(await project.outputs()).toEqual({
      iommu: false,
      rebootRequired: true,
      reason: "the running kernel was started without intel_iommu=on iommu=pt: restart the node",
    });
    expect((await project.run("preview")).output).toContain("5 unchanged");

    await machine.powerCut();
    await machine.powerOn();
    await supervise(machine);
    await machine.exec(
      "mkdir -p /run/boot/iommu/dmar0; mount --bind /run/boot/iommu /sys/class/iommu",
    );

    expect(await project.up()).toMatchObject({
      code: 0,
      output: expect.stringContaining("1 replaced") as string,
    });
    expect(await project.outputs()).toEqual({ iommu: true, rebootRequired: false, reason: "" });
    expect(await unreached(() => project.up())).toMatchObject({
      code: 0,
      output: expect.stringContaining("5 unchanged") as string,
    });
  },
  5 * MINUTE,
);

test(
  "a destruction leaves every file as it was",
  async () => {
    expect(await project.run("destroy", "--yes", "--skip-preview")).toMatchObject({ code: 0 });

    const { files, modes } = await world(machine);
    expect([files, modes]).toEqual([before.files, before.modes]);
    expect(await ask(machine, "cat /boot/grub/grub.cfg")).not.toContain("iommu");
  },
  3 * MINUTE,
);

test("what is no switch is refused by its path", async () => {
  const node = {
    name: "pve",
    address: "192.0.2.10",
    privateKey: "KEY",
    hostKey: "ssh-ed25519 AAAA",
  };
  const wrong = { node, assignBusses: "yes" as unknown as boolean, confirmTimeout: 3 };

  await expect(deploy((opts) => new HostKernel("host", wrong, opts))).rejects.toThrow(
    /assignBusses: got "yes"; expected true or false\n {2}- confirmTimeout: got 3; expected/,
  );
});
