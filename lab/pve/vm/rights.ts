import { type Caller, isRoot } from "../access/caller";
import { requirePrivileges } from "../access/permission";
import { type Users } from "../access/users";
import { die } from "../api/error";

import { parsePropertyString } from "../schema/property-string";
import { fieldsOf, isCloudInit, isDrive, parseDrive } from "./drive";
import { splitVolid } from "../storage/storages";
import { type VmKeys } from "./config-file";

const list = (keys: string) => keys.split(" ");

/** The privilege each kind of option needs; an option in none of them is root's only. */
const PRIVILEGES: readonly (readonly [string, readonly string[]])[] = [
  ["VM.Config.CPU", list("affinity cores cpu cpulimit cpuunits numa smp sockets vcpus")],
  ["VM.Config.Memory", list("balloon memory shares allow-ksm hugepages keephugepages")],
  [
    "VM.Config.HWType",
    list(
      "acpi audio0 bios hotplug kvm localtime machine rng0 scsihw smbios1 spice_enhancements " +
        "tablet tdf vga watchdog ivshmem",
    ),
  ],
  [
    "VM.Config.Options",
    list(
      "agent autostart bios description keyboard localtime migrate_downtime migrate_speed name " +
        "onboot ostype protection reboot startdate startup tdf template tags vmgenid",
    ),
  ],
  ["VM.Config.Disk", list("boot bootdisk vmstatestorage")],
  [
    "VM.Config.Cloudinit",
    list("cicustom cipassword citype ciupgrade ciuser nameserver searchdomain sshkeys"),
  ],
];

/** Stop unless the caller may change these keys of a VM, in Proxmox's words. */
export function requireConfigRights(
  users: Users,
  caller: Caller,
  vmid: string,
  names: readonly string[],
  values: VmKeys,
): void {
  if (isRoot(caller)) return;
  const need = (privilege: string) => requirePrivileges(users, caller, `/vms/${vmid}`, [privilege]);
  for (const name of names) {
    const value = values[name];
    if (isDrive(name)) needDrive(users, caller, vmid, name, value);
    else if (/^unused\d+$/.test(name)) need("VM.Config.Disk");
    else if (/^net\d+$/.test(name)) {
      need("VM.Config.Network");
      if (value !== undefined) needBridge(users, caller, value);
    } else if (/^ipconfig\d+$/.test(name)) {
      requirePrivileges(
        users,
        caller,
        `/vms/${vmid}`,
        ["VM.Config.Cloudinit", "VM.Config.Network"],
        true,
      );
    } else if (/^hostpci\d+$/.test(name)) needPci(users, caller, vmid, name, value);
    else if (/^(?:serial|parallel|usb)\d+$/.test(name)) {
      if (value !== undefined && value !== "socket" && !/^(?:host=)?spice\b/.test(value)) {
        die(`only root can set '${name}' config for real devices`);
      }
      need("VM.Config.HWType");
    } else {
      const group =
        PRIVILEGES.find(([, keys]) => keys.includes(name))?.[0] ??
        (/^numa\d+$/.test(name) ? "VM.Config.CPU" : undefined);
      if (group === undefined || (name === "affinity" && value !== undefined)) {
        die(`only root can set '${name}' config`);
      }
      need(group);
    }
  }
}

function needDrive(
  users: Users,
  caller: Caller,
  vmid: string,
  key: string,
  value: string | undefined,
): void {
  const drive = value === undefined ? {} : parseDrive(key, value);
  const cdrom = drive["media"] === "cdrom" || drive.file === "none" || drive.file === "cdrom";
  const privilege = isCloudInit(drive)
    ? "VM.Config.Cloudinit"
    : cdrom
      ? "VM.Config.CDROM"
      : "VM.Config.Disk";
  requirePrivileges(users, caller, `/vms/${vmid}`, [privilege]);
  const { file } = drive;
  if (file === undefined || file === "none" || file === "cdrom") return;
  if (file.startsWith("/")) die(`only root can use absolute paths in '${key}'`);
  const [storage] = splitVolid(file);
  const rights = ["Datastore.AllocateSpace", "Datastore.Audit"];
  requirePrivileges(users, caller, `/storage/${storage}`, rights, true);
}

function needBridge(users: Users, caller: Caller, value: string): void {
  const fields = parsePropertyString(fieldsOf("net0"), value);
  const bridge = typeof fields === "string" ? undefined : fields["bridge"];
  if (bridge === undefined) return;
  requirePrivileges(users, caller, `/sdn/zones/localnetwork/${bridge}`, ["SDN.Use"]);
}

function needPci(
  users: Users,
  caller: Caller,
  vmid: string,
  key: string,
  value: string | undefined,
): void {
  requirePrivileges(users, caller, `/vms/${vmid}`, ["VM.Config.HWType"]);
  if (value === undefined) return;
  const mapping = /(?:^|,)mapping=([^,]+)/.exec(value)?.[1];
  if (mapping === undefined) {
    die(`only root can set '${key}' config for non-mapped devices`);
  }
  requirePrivileges(users, caller, `/mapping/pci/${mapping}`, ["Mapping.Use"]);
}
