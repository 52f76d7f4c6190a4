import type * as pulumi from "@pulumi/pulumi";
import { RouterVm, type RouterVmArgs, SriovVfSet } from "../../components";
import { deploy } from "../mocks";

const node = { name: "pve", address: "192.0.2.10", privateKey: "KEY", hostKey: "ssh-ed25519 AAAA" };
const args: RouterVmArgs = {
  node,
  vmId: 200,
  appliance: { os: "opnsense", iso: "local:iso/opnsense.iso" },
  interfaces: [{ name: "admin", bridge: "vmbr0" }],
  pciMappings: ["quad"],
};

const machine = async (change: Partial<RouterVmArgs>) => {
  const resources = await deploy((opts) => new RouterVm("pf", { ...args, ...change }, opts));
  return resources.find(({ name }) => name === "pf-vm")?.inputs ?? {};
};

test("nothing is put into an appliance: no snippets, no cloud-init, no agent, no connection", async () => {
  const resources = await deploy((opts) => new RouterVm("pf", args, opts));

  expect(resources.map(({ name }) => name)).toEqual(["pf", "pf-vm"]);
  expect(resources[1]?.inputs).toEqual({
    nodeName: "pve",
    vmId: 200,
    name: "pf",
    description: "Router of the Pulumi stack proxmox-router/test",
    tags: ["proxmox-router"],
    machine: "q35",
    bios: "ovmf",
    efiDisk: { datastoreId: "local-lvm", type: "4m", preEnrolledKeys: false },
    onBoot: true,
    startup: { order: 1 },
    protection: false,
    cpu: { cores: 2, type: "host" },
    memory: { dedicated: 2048 },
    scsiHardware: "virtio-scsi-single",
    disks: [
      {
        interface: "scsi0",
        datastoreId: "local-lvm",
        size: 16,
        iothread: true,
        discard: "on",
      },
    ],
    bootOrders: ["scsi0", "ide0"],
    cdrom: { fileId: "local:iso/opnsense.iso", interface: "ide0" },
    serialDevices: [{}],
    vga: { type: "std" },
    operatingSystem: { type: "other" },
    networkDevices: [
      {
        bridge: "vmbr0",
        macAddress: expect.stringMatching(/^02(:[0-9A-F]{2}){5}$/) as string,
        model: "virtio",
        firewall: false,
      },
    ],
    hostpcis: [{ device: "hostpci0", mapping: "quad", pcie: true, rombar: true }],
    agent: { enabled: false },
    stopOnDestroy: true,
    rebootAfterUpdate: false,
  });
});

test("an appliance is made from an image or a template as well, and starts by BIOS where told", async () => {
  const image = await machine({
    appliance: { os: "opnsense", firmware: "bios", image: "local:import/opnsense.qcow2" },
  });
  const clone = await machine({ appliance: { os: "pfsense" }, template: 9100 });

  expect(image).toMatchObject({
    bios: "seabios",
    cdrom: { fileId: "none" },
    disks: [{ importFrom: "local:import/opnsense.qcow2" }],
  });
  expect(image).not.toHaveProperty("efiDisk");
  expect(clone).toMatchObject({ bios: "ovmf", clone: { vmId: 9100, full: true } });
});

test("it starts when it is told to, among the others", async () => {
  expect(
    await machine({
      startAtBoot: false,
      startup: { order: 5, upDelay: 60, downDelay: 10 },
      protection: true,
    }),
  ).toMatchObject({
    onBoot: false,
    startup: { order: 5, upDelay: 60, downDelay: 10 },
    protection: true,
  });
});

const MINE = "an appliance keeps its own network; expected no such argument beside appliance";

test("what is meant for the inside of a guest is refused, all of it at once", () => {
  const change = {
    management: "admin",
    authorizedKeys: [],
    privateKey: "KEY",
    ports: [],
    snippets: "local",
    bootTimeout: 60,
    confirmTimeout: 60,
    detectDrift: true,
    interfaces: [
      {
        name: "admin",
        mac: "68:05:ca:00:01:00",
        port: 1,
        dhcp: true,
        defaultRoute: true,
        addresses: ["10.0.0.1/24"],
        pool: { from: "10.0.0.2", to: "10.0.0.3" },
        reservations: [],
      },
    ],
  };

  expect(() => new RouterVm("pf", { ...args, ...change })).toThrow(
    [
      "Invalid appliance:",
      `management: ${MINE}`,
      `authorizedKeys: ${MINE}`,
      `privateKey: ${MINE}`,
      `ports: ${MINE}`,
      `snippets: ${MINE}`,
      `bootTimeout: ${MINE}`,
      `confirmTimeout: ${MINE}`,
      `detectDrift: ${MINE}`,
      `interfaces[0].port: ${MINE}`,
      `interfaces[0].dhcp: ${MINE}`,
      `interfaces[0].defaultRoute: ${MINE}`,
      `interfaces[0].addresses: ${MINE}`,
      `interfaces[0].pool: ${MINE}`,
      `interfaces[0].reservations: ${MINE}`,
      "interfaces[0].bridge: missing; expected a bridge; cards are in pciMappings",
    ].join("\n  - "),
  );
});

const appliance = (change: object) => ({ appliance: { ...args.appliance, ...change } as never });

test.each<[Partial<RouterVmArgs>, string]>([
  [appliance({ os: "linux" }), 'appliance.os: got "linux"; expected pfsense, opnsense, freebsd'],
  [appliance({ firmware: "efi" }), 'appliance.firmware: got "efi"; expected uefi, bios'],
  [
    appliance({ iso: "pfsense.iso" }),
    'appliance.iso: got "pfsense.iso"; expected a volume such as local:iso/firewall.iso',
  ],
  [
    appliance({ image: "local:iso/x.iso" }),
    'appliance.image: got "local:iso/x.iso"; expected a volume such as local:import/firewall.qcow2',
  ],
  [
    appliance({ iso: undefined }),
    "appliance: no iso, no image and no template; expected one of them",
  ],
  [
    { ...appliance({ image: "local:import/x.qcow2" }), template: 9100 },
    "appliance.image: template is declared too; expected one of them",
  ],
  [appliance({ disk: 8 }), 'appliance: has the key "disk"; expected os, firmware, iso, image'],
  [{ startup: { order: -1 } }, "startup.order: got -1; expected an integer from 0 to 1000000"],
  [{ protection: "no" as never }, 'protection: got "no"; expected true or false'],
  [{ pciMappings: ["a,b"] }, 'pciMappings[0]: got "a,b"; expected an id: a letter, then letters'],
  [{ vmId: 1 }, "vmId: got 1; expected an integer from 100"],
])("an appliance with %j is refused", (change, message) => {
  expect(() => new RouterVm("pf", { ...args, ...change })).toThrow(message);
});

test("OpenBSD is given no virtual function, and told why; a whole card it is given", async () => {
  const os = appliance({ os: "openbsd" });
  const program = (opts: pulumi.ComponentResourceOptions) => {
    const set = new SriovVfSet("vfs", { node, card: "0000:01:00.0", count: 2 }, opts);
    expect(
      () =>
        new RouterVm("pf", { ...args, ...os, pciMappings: ["quad", set.mappingOf("vf0")] }, opts),
    ).toThrow(
      "pciMappings[1]: a virtual function, and OpenBSD has no driver for one such as an i350's; expected a whole card, or an interface on a bridge",
    );
  };
  await deploy(program);

  expect(await machine(os)).toMatchObject({ hostpcis: [{ mapping: "quad" }] });
});
