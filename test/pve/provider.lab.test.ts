import { access, hostExec } from "../../lab/host/host";
import { Project } from "../engine/project";
import { BUILD_MS, describeLab, freshLab } from "../host/lab";

const program = `
import * as pve from "@muhlba91/pulumi-proxmoxve";

const provider = new pve.Provider("pve", {
  endpoint: "https://10.99.0.2:8006/",
  username: "root@pam",
  password: "proxmox-lab",
  insecure: true,
  ssh: {
    username: "root",
    privateKey: process.env.LAB_KEY,
    nodes: [{ name: "pve", address: "10.99.0.2" }],
  },
});
const opts = { provider };
const nodeName = "pve";
const bridge = new pve.network.linux.Bridge(
  "bridge",
  { nodeName, name: "vmbr1", address: "192.168.1.1/24", comment: "guests" },
  opts,
);
const mapping = new pve.hardware.mapping.Pci(
  "mapping",
  {
    name: "card",
    maps: [
      { node: nodeName, id: "8086:1521", path: "0000:01:00", iommuGroup: 11, subsystemId: "8086:0001" },
    ],
  },
  opts,
);
const vendor = new pve.FileLegacy(
  "vendor",
  {
    nodeName,
    datastoreId: "local",
    contentType: "snippets",
    sourceRaw: { data: "#cloud-config\\n{}\\n", fileName: "vendor.yaml" },
  },
  { ...opts, deleteBeforeReplace: true },
);
const vm = new pve.VmLegacy(
  "vm",
  {
    nodeName,
    vmId: 100,
    name: "router",
    description: "first\\nsecond",
    tags: ["b", "a"],
    started: false,
    onBoot: true,
    startup: { order: 1, upDelay: 30, downDelay: 60 },
    clone: { vmId: 9000, full: true },
    machine: "q35",
    bios: "ovmf",
    efiDisk: { datastoreId: "local-lvm", type: "4m", preEnrolledKeys: true },
    scsiHardware: "virtio-scsi-single",
    cdrom: { fileId: "none", interface: "ide0" },
    serialDevices: [{}],
    vga: { type: "serial0" },
    bootOrders: ["scsi0"],
    disks: [{ interface: "scsi0", datastoreId: "local-lvm", size: 4, iothread: true, discard: "on" }],
    agent: { enabled: true, timeout: "20s" },
    cpu: { cores: 2, type: "host" },
    memory: { dedicated: Number(process.env.MEMORY) },
    networkDevices: [{ bridge: "vmbr0" }, { bridge: bridge.name, macAddress: "BC:24:11:00:00:01" }],
    hostpcis: [{ device: "hostpci0", mapping: mapping.name, pcie: true, rombar: true }],
    initialization: {
      datastoreId: "local-lvm",
      interface: "ide2",
      upgrade: false,
      dns: { domain: "lab.example", servers: ["1.1.1.1", "9.9.9.9"] },
      ipConfigs: [{ ipv4: { address: "10.0.0.5/24", gateway: "10.0.0.1" } }],
      userAccount: { username: "root", keys: ["ssh-ed25519 AAAA one"] },
      vendorDataFileId: "local:snippets/vendor.yaml",
    },
    operatingSystem: { type: "l26" },
  },
  { ...opts, dependsOn: vendor, ignoreChanges: ["disks[0].speed"] },
);
const vmId = vm.vmId.apply((id) => Number(id));
const options = new pve.firewall.OptionsLegacy("options", { nodeName, vmId, enabled: false }, opts);
new pve.firewall.RulesLegacy(
  "rules",
  {
    nodeName,
    vmId,
    rules: [
      { type: "in", action: "ACCEPT", proto: "tcp", dport: "22", comment: "ssh" },
      { type: "in", action: "DROP", comment: "rest" },
    ],
  },
  { ...opts, dependsOn: options },
);
new pve.firewall.AliasLegacy("alias", { name: "lan", cidr: "10.0.0.0/8", comment: "inside" }, opts);
if (process.env.DOWNLOAD !== undefined) {
  new pve.download.File(
    "image",
    { nodeName, datastoreId: "local", contentType: "import", url: process.env.DOWNLOAD, fileName: "x.qcow2" },
    opts,
  );
}
`;

describeLab("the real provider on the emulated API", () => {
  freshLab();

  const home = process.env["HOME"];
  let project: Project;

  beforeAll(async () => {
    process.env["LAB_KEY"] = access().privateKey;
    process.env["MEMORY"] = "512";
    project = await Project.create({
      "Pulumi.yaml": "name: provider\nruntime: nodejs\nmain: index.ts\n",
      "index.ts": program,
    });
    // The provider trusts what it finds in the home's known_hosts, an older lab's key too.
    process.env["HOME"] = project.directory;
  }, BUILD_MS);

  afterAll(() => {
    process.env["HOME"] = home;
    for (const name of ["LAB_KEY", "MEMORY", "DOWNLOAD"]) Reflect.deleteProperty(process.env, name);
    project.remove();
  });

  const snapshot = async () => {
    const { stdout } = await hostExec(
      "cat /etc/network/interfaces; qm list; pvesm list local-lvm; pvesm list local; " +
        "pvesh get /cluster/mapping/pci --output-format json; ip -o link | cut -d: -f2",
    );
    return stdout;
  };

  test("a router is made, found unchanged, changed in place and taken away", async () => {
    const before = await snapshot();

    const first = await project.up();
    expect([first.code, first.output]).toEqual([0, expect.any(String)]);
    const preview = await project.run("preview", "--refresh", "--expect-no-changes", "--diff");
    expect(preview).toEqual({ code: 0, output: preview.output });
    expect((await project.up()).output).toContain("9 unchanged");

    process.env["MEMORY"] = "640";
    expect((await project.up()).output).toMatch(/~ 1 updated\s+8 unchanged/);
    expect((await hostExec("qm config 100")).stdout).toContain("memory: 640\n");

    const destroyed = await project.run("destroy", "--yes", "--skip-preview");
    expect(destroyed).toEqual({ code: 0, output: destroyed.output });
    expect(await snapshot()).toBe(before);
  }, 300_000);

  test("a download from nowhere fails with one error that names the address", async () => {
    process.env["DOWNLOAD"] = "http://127.0.0.1:9/x.qcow2";
    const { code, output } = await project.run(
      "up",
      "--yes",
      "--skip-preview",
      "--target",
      "**image",
    );
    expect(code).not.toBe(0);
    expect(output).toContain("Can't connect to 127.0.0.1:9");
  }, 120_000);

  test("SDN objects become a bridge of the host when they are applied", async () => {
    const create = [
      "pvesh create /cluster/sdn/zones --zone z1 --type simple",
      "pvesh create /cluster/sdn/vnets --vnet vn1 --zone z1",
      "pvesh create /cluster/sdn/vnets/vn1/subnets --subnet 10.9.0.0/24 --type subnet --gateway 10.9.0.1",
      "pvesh set /cluster/sdn",
      "ip -br -4 addr show vn1",
    ].join(" && ");
    const made = await hostExec(create);
    expect([made.code, made.stderr]).toEqual([0, ""]);
    expect(made.stdout).toContain("10.9.0.1/24");

    const remove = [
      "pvesh delete /cluster/sdn/vnets/vn1/subnets/z1-10.9.0.0-24",
      "pvesh delete /cluster/sdn/vnets/vn1",
      "pvesh delete /cluster/sdn/zones/z1",
      "pvesh set /cluster/sdn",
    ].join(" && ");
    expect((await hostExec(remove)).code).toBe(0);
    expect((await hostExec("ip link show vn1")).code).not.toBe(0);
  }, 60_000);
});
