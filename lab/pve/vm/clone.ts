import { realpathSync } from "node:fs";
import { requirePrivileges } from "../access/permission";
import { without } from "../state/without";
import { isRoot } from "../access/caller";
import { die, messageOf, refuseParams } from "../api/error";
import { flag, need, type Router, text } from "../api/router";
import { joinPool } from "../cluster/pools";
import { type Pve } from "../pve";
import { printSize } from "../storage/size";
import { splitVolid } from "../storage/storages";
import { type Log } from "../task/tasks";
import { type VmKeys } from "./config-file";
import { drivesOf, isCloudInit, isEmptyDrive, printDrive } from "./drive";
import { destroyVm } from "./destroy";
import { newUuid, parseNet, printNet } from "./values";
import { refuseLocked } from "./vm-store";

/** Cloning a VM or template. */
export function cloneRoutes(router: Router, pve: Pve): void {
  const { vms, tasks, storages } = pve;

  router.on("POST", "/nodes/{node}/qemu/{vmid}/clone", ({ params, caller }) => {
    const vmid = need(params, "vmid");
    const newid = need(params, "newid");
    const storage = text(params, "storage");
    const target = text(params, "target");
    const pool = text(params, "pool");
    const source = vms.keys(vmid);
    const isTemplate = source["template"] === "1";
    const full = params["full"] === undefined ? !isTemplate : flag(params, "full");

    if (target !== undefined && target !== pve.node) die(`no such cluster node '${target}'`);
    refuseLocked(source);
    if (!full && !isTemplate) die("Linked clone feature is not supported for non-template VMs");
    if (!full && storage !== undefined) {
      refuseParams({ storage: "parameter 'storage' not allowed for linked clones" });
    }
    if (pool !== undefined && !pve.users.config.pools.has(pool))
      die(`pool '${pool}' does not exist`);
    if (vms.owner(newid) !== undefined)
      die(`unable to create VM ${newid}: config file already exists`);
    for (const [, drive] of drivesOf(source)) {
      if (isEmptyDrive(drive)) continue;
      const used = storage ?? splitVolid(drive.file ?? "")[0];
      storages.requireContent(used, "images");
      if (!isRoot(caller)) {
        requirePrivileges(pve.users, caller, `/storage/${used}`, ["Datastore.AllocateSpace"]);
      }
    }
    const name = text(params, "name") ?? `Copy-of-VM-${source["name"] ?? vmid}`;
    const description = text(params, "description");
    vms.save(newid, { keys: { lock: "clone" }, pending: {}, pendingDeletes: [] });

    const undo = () => destroyVm(pve, newid);
    const work = async (log: Log) => {
      try {
        const keys = await cloneKeys(pve, { source, newid, storage, full, log });
        vms.save(newid, {
          keys: { ...keys, name, ...(description === undefined ? {} : { description }) },
          pending: {},
          pendingDeletes: [],
        });
        if (pool !== undefined) joinPool(pve, pool, newid);
      } catch (error) {
        await undo();
        die(`clone failed: ${messageOf(error)}`);
      }
    };
    return tasks.start("qmclone", vmid, caller, work, undo);
  });
}

interface CloneWork {
  readonly source: VmKeys;
  readonly newid: string;
  readonly storage: string | undefined;
  readonly full: boolean;
  readonly log: Log;
}

/** The configuration of the clone, with its disks made. */
async function cloneKeys(pve: Pve, { source, newid, storage, full, log }: CloneWork) {
  const { vmgenid, smbios1, ...rest } = without(source, "template", "lock", "parent");
  const keys: VmKeys = Object.fromEntries(
    Object.entries(rest).filter(([key]) => !/^unused\d+$/.test(key)),
  );
  for (const key of Object.keys(keys).filter((name) => /^net\d+$/.test(name))) {
    keys[key] = printNet(without(parseNet(keys[key] ?? ""), "macaddr"));
  }
  if (vmgenid !== undefined) keys["vmgenid"] = newUuid();
  if (smbios1 !== undefined) {
    keys["smbios1"] = smbios1.replace(/uuid=[^,]+/, `uuid=${newUuid()}`);
  }
  for (const [key, drive] of drivesOf(source)) {
    if (isEmptyDrive(drive)) continue;
    const { file = "" } = drive;
    const bytes = pve.storages.size(file);
    if (bytes === undefined) die(`volume '${file}' does not exist`);
    const target = storage ?? splitVolid(file)[0];
    const path = pve.storages.path(file);
    const isBase = /\bbase-\d+-/.test(file);
    const from = isCloudInit(drive)
      ? { name: `vm-${newid}-cloudinit`, raw: true }
      : isBase
        ? // Every node has the template's image; its own one alone has the volume.
          { backing: realpathSync(path) }
        : { copyOf: path };
    if (full && !isCloudInit(drive)) {
      log(`create full clone of drive ${key} (${file})`);
      if (!pve.storages.isDirectory(target)) {
        log(`  Logical volume "vm-${newid}-disk-0" created.`);
      }
      log(`transferred 0.0 B of ${printSize(bytes)} (0.00%)`);
    } else
      log(
        `create ${isCloudInit(drive) ? "cloud-init drive" : "linked clone of drive"} ${key} (${file})`,
      );
    const volid = await pve.storages.allocate(target, newid, bytes, from);
    if (full && !isCloudInit(drive)) {
      log(`transferred ${printSize(bytes)} of ${printSize(bytes)} (100.00%)`);
    }
    keys[key] = printDrive(key, { ...drive, file: volid, size: printSize(bytes) });
  }
  return keys;
}
