import { formatFields, methodSchema, type ObjectSchema, property } from "../schema/model";
import { type Fields, parsePropertyString, printPropertyString } from "../schema/property-string";
import { type VmKeys } from "./config-file";

const CONFIG = methodSchema("PUT", "/nodes/{node}/qemu/{vmid}/config")?.properties ?? {};

/** The fields that Proxmox declares for a property-string key such as `net0`. */
export function fieldsOf(key: string): ObjectSchema {
  const format = property(CONFIG, key)?.format;
  return typeof format === "string" ? (formatFields(format) ?? {}) : (format ?? {});
}

/** Fields of a drive without what only matters when it is made. */
export type Drive = Fields & { file?: string };

/** Whether a key is a drive of the guest, EFI and TPM state included. */
export const isDrive = (key: string): boolean =>
  /^(?:(?:ide|sata|scsi|virtio)\d+|efidisk0|tpmstate0)$/.test(key);

/** Read a drive; values were checked when they were set. */
export function parseDrive(key: string, value: string): Drive {
  const fields = parsePropertyString(fieldsOf(key), value);
  return typeof fields === "string" ? { file: value } : fields;
}

/** Print a drive as Proxmox does. */
export const printDrive = (key: string, drive: Drive): string =>
  printPropertyString(fieldsOf(key), drive);

/** The drives of a configuration by key. */
export const drivesOf = (keys: VmKeys): [string, Drive][] =>
  Object.keys(keys)
    .filter(isDrive)
    .sort()
    .map((key) => [key, parseDrive(key, keys[key] ?? "")]);

/** Whether a drive holds no volume of a storage. */
export const isEmptyDrive = ({ file = "" }: Drive): boolean =>
  file === "none" || file === "cdrom" || file.startsWith("/");

/** Whether a drive is the generated cloud-init drive. */
export const isCloudInit = ({ file = "" }: Drive): boolean =>
  /:(?:\d+\/)?vm-\d+-cloudinit(?:\.qcow2)?$/.test(file) || file.endsWith(":cloudinit");
