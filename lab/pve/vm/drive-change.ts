import { refuseParams, die } from "../api/error";
import { without } from "../state/without";
import { type Pve } from "../pve";
import { parseSize, printSize } from "../storage/size";
import { splitVolid, type Storages } from "../storage/storages";
import { type VmKeys } from "./config-file";
import { type Drive, drivesOf, isCloudInit, isEmptyDrive, parseDrive, printDrive } from "./drive";

/** Bytes of the drive that carries cloud-init's files. */
const CLOUD_INIT_BYTES = 4 * 2 ** 20;
/** Bytes of the drive that keeps EFI variables. */
const EFI_BYTES = { "2m": 128 * 1024, "4m": 528 * 1024 } as const;

/** Make what a new drive value asks for, and return the value to store. */
export async function realiseDrive(
  { storages }: Pve,
  vmid: string,
  key: string,
  value: string,
  keys: VmKeys,
): Promise<string> {
  const drive = parseDrive(key, value);
  const { "import-from": source, ...kept } = without(drive, "format");
  const { file = "" } = drive;
  if (isEmptyDrive(drive)) return printDrive(key, { ...kept, media: "cdrom" });
  const [storage, name] = splitVolid(file);
  if (name === "cloudinit") {
    const other = drivesOf(keys).find(([existing, item]) => isCloudInit(item) && existing !== key);
    if (other !== undefined) {
      refuseParams({ [key]: `cloud-init drive is already attached at '${other[0]}'` });
    }
    const known = `${storage}:vm-${vmid}-cloudinit`;
    const volid =
      storages.size(known) === undefined
        ? await storages.allocate(storage, vmid, CLOUD_INIT_BYTES, {
            name: `vm-${vmid}-cloudinit`,
            raw: true,
          })
        : known;
    return printDrive(key, { ...kept, file: volid, media: "cdrom" });
  }
  if (/^\d+(\.\d+)?$/.test(name)) {
    const made = await makeDisk(storages, vmid, key, storage, name, drive, source);
    return printDrive(key, { ...kept, ...made });
  }
  const bytes = storages.size(file);
  if (bytes === undefined) die(`volume '${file}' does not exist`);
  return printDrive(key, { ...kept, size: printSize(bytes) });
}

async function makeDisk(
  storages: Storages,
  vmid: string,
  key: string,
  storage: string,
  gibibytes: string,
  drive: Drive,
  source: string | undefined,
): Promise<Drive> {
  if (source !== undefined) {
    const path = source.startsWith("/") ? source : storages.path(source);
    const bytes = source.startsWith("/") ? undefined : storages.size(source);
    if (bytes === undefined) die(`volume '${source}' does not exist`);
    const file = await storages.allocate(storage, vmid, bytes, { copyOf: path });
    return { file, size: printSize(bytes) };
  }
  const efi = EFI_BYTES[drive["efitype"] === "4m" ? "4m" : "2m"];
  const bytes = key === "efidisk0" ? efi : parseSize(`${gibibytes}G`);
  if (bytes === 0) refuseParams({ [key]: "size 0 needs 'import-from'" });
  const file = await storages.allocate(storage, vmid, bytes);
  return { file, size: printSize(bytes) };
}

/** Take a drive off a VM: the cloud-init drive goes, other volumes of the VM become unused. */
export async function detachDrive(
  { storages }: Pve,
  vmid: string,
  key: string,
  keys: VmKeys,
): Promise<VmKeys> {
  const { [key]: value, ...rest } = keys;
  if (value === undefined) return keys;
  const drive = parseDrive(key, value);
  const { file = "" } = drive;
  if (isEmptyDrive(drive) || !ownedBy(vmid, file)) return rest;
  if (isCloudInit(drive)) {
    await storages.free(file);
    return rest;
  }
  return { ...rest, [freeUnused(rest)]: file };
}

/** Whether a volume's name says that it belongs to the VM. */
const ownedBy = (vmid: string, volid: string): boolean =>
  new RegExp(`:(?:${vmid}/)?(?:vm|base)-${vmid}-`).test(volid);

/** The first free `unusedN` key. */
export function freeUnused(keys: VmKeys): string {
  let index = 0;
  while (keys[`unused${index}`] !== undefined) index += 1;
  return `unused${index}`;
}
