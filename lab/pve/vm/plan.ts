import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { die } from "../api/error";
import { type DrivePlan, type TapPlan, type VmPlan } from "../backend/backend";
import { type Pve } from "../pve";
import { readImageHeader } from "../storage/qcow2";
import { parsePropertyString } from "../schema/property-string";
import { type VmKeys } from "./config-file";
import { drivesOf, fieldsOf, isCloudInit, isEmptyDrive } from "./drive";
import { type PciAssignment } from "./pci";
import { parseNet } from "./values";

/** Work out everything a backend needs to start a VM with this configuration. */
export function planVm(
  pve: Pve,
  vmid: string,
  keys: VmKeys,
  { ports, functions }: PciAssignment,
  log: (line: string) => void,
): VmPlan {
  const machine = (keys["machine"] ?? "pc").includes("q35") ? "q35" : "pc";
  const drives = planDrives(pve, keys);
  if (machine === "q35") refuseSecondIdeUnit(drives, log);
  const boot = drives.find(({ key, cdrom }) => !cdrom && key !== "efidisk0");
  return {
    vmid,
    name: keys["name"] ?? `VM${vmid}`,
    machine,
    cores: Number(keys["cores"] ?? 1) * Number(keys["sockets"] ?? 1),
    memory: Number(/\d+/.exec(keys["memory"] ?? "512")?.[0] ?? 512),
    drives: drives.filter(({ key }) => key !== "efidisk0" && key !== "tpmstate0"),
    scsiController: keys["scsihw"] ?? "lsi",
    taps: planTaps(vmid, keys),
    ports,
    functions,
    agent: agentEnabled(keys),
    serial: keys["serial0"] !== undefined,
    ...uuidOf(keys),
    kernel: boot?.path !== undefined && comesFrom(boot.path, join(pve.paths.guest, "disk.raw")),
  };
}

/** Whether the configuration says that the guest runs the QEMU agent. */
export function agentEnabled(keys: VmKeys): boolean {
  const fields = parsePropertyString(fieldsOf("agent"), keys["agent"] ?? "0");
  return typeof fields !== "string" && /^(?:1|on|yes|true)$/i.test(fields["enabled"] ?? "0");
}

function planDrives({ storages }: Pve, keys: VmKeys): DrivePlan[] {
  return drivesOf(keys).map(([key, drive]) => {
    const { file = "" } = drive;
    const cdrom = drive["media"] === "cdrom";
    if (isEmptyDrive(drive)) return { key, format: "raw", cdrom: true };
    const path = storages.path(file);
    if (!existsSync(path)) die(`volume '${file}' does not exist`);
    const format = isCloudInit(drive) ? "raw" : readImageHeader(path).format;
    return { key, path, format, cdrom };
  });
}

/** The controller of q35 has one unit a bus; QEMU itself refuses the second. */
function refuseSecondIdeUnit(drives: readonly DrivePlan[], log: (line: string) => void): void {
  const second = drives.find(({ key }) => key === "ide1" || key === "ide3");
  if (second === undefined) return;
  const bus = second.key === "ide1" ? 0 : 1;
  log(
    `kvm: -device ide-${second.cdrom ? "cd" : "hd"},bus=ide.${bus},unit=1,drive=drive-${second.key},` +
      `id=${second.key}: Can't create IDE unit 1, bus supports only 1 units`,
  );
  die("start failed: QEMU exited with code 1");
}

const MODELS: Readonly<Record<string, string>> = { virtio: "virtio-net-pci" };

function planTaps(vmid: string, keys: VmKeys): TapPlan[] {
  return Object.keys(keys)
    .map((key) => /^net(\d+)$/.exec(key)?.[1])
    .filter((index) => index !== undefined)
    .sort((a, b) => Number(a) - Number(b))
    .flatMap((index) => {
      const net = parseNet(keys[`net${index}`] ?? "");
      const { bridge, macaddr = "", model = "virtio", mtu } = net;
      if (bridge === undefined) return [];
      return [
        {
          index: Number(index),
          tap: `tap${vmid}i${index}`,
          bridge,
          mac: macaddr,
          model: MODELS[model] ?? model,
          linkDown: net["link_down"] === "1",
          ...(mtu === undefined ? {} : { mtu: Number(mtu) }),
        },
      ];
    });
}

function uuidOf(keys: VmKeys): { uuid?: string } {
  const uuid = /uuid=([^,]+)/.exec(keys["smbios1"] ?? "")?.[1];
  return uuid === undefined ? {} : { uuid };
}

/** Whether an image is made from the given one, directly or through others. */
function comesFrom(path: string, ancestor: string): boolean {
  let current: string | undefined = path;
  while (current !== undefined && existsSync(current)) {
    if (realpathSync(current) === ancestor) return true;
    current = readImageHeader(current).backing;
  }
  return false;
}
