import { existsSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Pve } from "../pve";
import { printSize } from "../storage/size";
import { printVmConfig } from "../vm/config-file";
import { writeAtomic } from "./atomic";

const OPERATOR_PRIVILEGES = [
  "Datastore.Allocate",
  "Datastore.AllocateSpace",
  "Datastore.AllocateTemplate",
  "Datastore.Audit",
  "Mapping.Audit",
  "Mapping.Modify",
  "Mapping.Use",
  "Pool.Audit",
  "SDN.Allocate",
  "SDN.Audit",
  "SDN.Use",
  "Sys.AccessNetwork",
  "Sys.Audit",
  "Sys.Modify",
  "VM.Allocate",
  "VM.Audit",
  "VM.Clone",
  "VM.Config.CDROM",
  "VM.Config.CPU",
  "VM.Config.Cloudinit",
  "VM.Config.Disk",
  "VM.Config.HWType",
  "VM.Config.Memory",
  "VM.Config.Network",
  "VM.Config.Options",
  "VM.Console",
  "VM.GuestAgent.Audit",
  "VM.GuestAgent.Unrestricted",
  "VM.Migrate",
  "VM.PowerMgmt",
];

const USERS = `user:root@pam:1:0:::root@lab.example::
token:root@pam!lab:0:0::
user:operator@pve:1:0:::::
token:operator@pve!lab:0:0::
role:LabOperator:${OPERATOR_PRIVILEGES.join(",")}:
acl:1:/:operator@pve:LabOperator:
`;

const TOKENS = `root@pam!lab 11111111-2222-3333-4444-555555555555
operator@pve!lab 66666666-7777-8888-9999-000000000000
`;

const STORAGE = `dir: local
	path /var/lib/vz
	content iso,vztmpl,backup,import,snippets

lvmthin: local-lvm
	thinpool data
	vgname pve
	content rootdir,images
`;

/** The VMID of the template that every lab has. */
const TEMPLATE = "9000";

const TEMPLATE_KEYS = {
  agent: "enabled=1",
  boot: "order=scsi0",
  cores: "1",
  ide2: "local-lvm:vm-9000-cloudinit,media=cdrom,size=4M",
  machine: "q35",
  memory: "512",
  meta: "creation-qemu=10.0.2,ctime=1764547200",
  name: "debian-13",
  net0: "virtio=BC:24:11:00:90:00,bridge=vmbr0",
  ostype: "l26",
  scsihw: "virtio-scsi-single",
  serial0: "socket",
  smbios1: "uuid=2c4a2a6e-9000-4000-8000-000000009000",
  template: "1",
  vga: "serial0",
};

/** Write what a freshly installed node with one template has; an existing cluster is left alone. */
export function seed({ paths, users, storages }: Pve): void {
  const { etc } = paths;
  for (const folder of ["template/iso", "template/cache", "snippets", "import", "dump", "images"]) {
    mkdirSync(paths.host(join("/var/lib/vz", folder)), { recursive: true });
  }
  mkdirSync(join(paths.volumes, "local-lvm"), { recursive: true });
  if (existsSync(join(etc, "user.cfg"))) return;
  writeAtomic(join(etc, "storage.cfg"), STORAGE);
  writeAtomic(join(etc, "priv", "token.cfg"), TOKENS, 0o600);
  const image = join(paths.guest, "disk.raw");
  const disk = storages.path("local-lvm:base-9000-disk-0");
  rmSync(disk, { force: true });
  symlinkSync(image, disk);
  const size = existsSync(image) ? printSize(statSync(image).size) : "2G";
  writeFileSync(storages.path("local-lvm:vm-9000-cloudinit"), Buffer.alloc(4 * 2 ** 20));
  writeAtomic(
    join(etc, "qemu-server", `${TEMPLATE}.conf`),
    printVmConfig({
      keys: { ...TEMPLATE_KEYS, scsi0: `local-lvm:base-9000-disk-0,size=${size}` },
      pending: {},
      pendingDeletes: [],
    }),
  );
  users.setPassword("root@pam", "proxmox-lab");
  users.setPassword("operator@pve", "proxmox-lab");
  // Last, because its presence says that everything else is there.
  writeAtomic(join(etc, "user.cfg"), USERS);
}
