import { rmSync } from "node:fs";
import { join } from "node:path";
import { leavePools } from "../cluster/pools";
import { type Pve } from "../pve";
import { splitVolid } from "../storage/storages";

/** Remove a VM with its disks; `purge` also takes it out of pools and firewall files. */
export async function destroyVm(
  pve: Pve,
  vmid: string,
  log: (line: string) => void = () => undefined,
  purge = true,
): Promise<void> {
  const { storages, vms, paths } = pve;
  for (const { id } of storages.list()) {
    for (const volume of storages.volumes(id)) {
      if (volume.vmid !== Number(vmid)) continue;
      const [, name] = splitVolid(volume.volid);
      if (!storages.isDirectory(id)) log(`  Logical volume "${name}" successfully removed.`);
      await storages.free(volume.volid);
    }
  }
  if (purge) leavePools(pve, vmid);
  rmSync(join(paths.etc, "firewall", `${vmid}.fw`), { force: true });
  rmSync(join(paths.etc, "firewall", `${vmid}.json`), { force: true });
  vms.remove(vmid);
}
