import { die } from "../api/error";
import { type Pve } from "../pve";
import { splitVolid } from "../storage/storages";
import { type VmKeys } from "./config-file";
import { drivesOf, isEmptyDrive } from "./drive";

/** Stop where a VM cannot leave its node, in Proxmox's words. */
export function refuseTied(pve: Pve, keys: VmKeys, live: boolean): void {
  const tied = localResources(keys);
  const mapped = tied.filter((key) => isMapped(keys, key));
  const raw = tied.filter((key) => !mapped.includes(key));
  if (raw.length > 0) die(`can't migrate VM which uses local devices: ${raw.join(", ")}`);
  if (live && mapped.length > 0) {
    die(`can't migrate running VM which uses following mapped devices: ${mapped.join(", ")}`);
  }
  const disks = localDisks(pve, keys).map(([, volid]) => volid);
  if (disks.length === 0) return;
  // Proxmox copies them; here they stay.
  die(
    live
      ? "can't live migrate attached local disks without with-local-disks option"
      : `can't migrate local disk '${disks[0] ?? ""}': local disks are not copied in the lab`,
  );
}

/** Whether a device is a mapped one, which each node may have. */
export const isMapped = (keys: VmKeys, key: string) => /(?:^|,)mapping=/.test(keys[key] ?? "");

/** The keys of what a VM uses of its node. */
export const localResources = (keys: VmKeys): string[] =>
  Object.keys(keys)
    .filter((key) => /^(?:usb|hostpci|serial|parallel)\d+$/.test(key))
    .filter((key) => keys[key] !== "socket" && !/^(?:host=)?spice\b/.test(keys[key] ?? ""))
    .sort();

/** The drives whose volumes only this node has, and the volumes. */
export const localDisks = ({ storages }: Pve, keys: VmKeys): [string, string][] =>
  drivesOf(keys)
    .filter(([, drive]) => !isEmptyDrive(drive))
    .map(([key, { file = "" }]): [string, string] => [key, file])
    .filter(([, file]) => storages.config(splitVolid(file)[0]).values["shared"]?.[0] !== "1");
