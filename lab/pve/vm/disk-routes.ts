import { renameSync } from "node:fs";
import { requirePrivileges } from "../access/permission";
import { isRoot } from "../access/caller";
import { die, refuseParams } from "../api/error";
import { flag, need, type Router, splitList, text } from "../api/router";
import { type Pve } from "../pve";
import { parseSize, printSize } from "../storage/size";
import { splitVolid } from "../storage/storages";
import { type Drive, drivesOf, isCloudInit, isEmptyDrive, parseDrive, printDrive } from "./drive";
import { freeUnused } from "./drive-change";
import { refuseLocked } from "./vm-store";

/** Enlarging, moving and dropping disks, and turning a VM into a template. */
export function diskRoutes(router: Router, pve: Pve): void {
  const { vms, tasks, storages, backend } = pve;
  const base = "/nodes/{node}/qemu/{vmid}";

  const checkDigest = (vmid: string, digest: string | undefined): void => {
    if (digest !== undefined && digest !== vms.digest(vmid)) {
      die("checksum mismatch (file change by other user?)");
    }
  };

  const drive = (vmid: string, key: string): Drive => {
    const keys = vms.keys(vmid);
    refuseLocked(keys);
    return parseDrive(key, keys[key] ?? die(`disk '${key}' does not exist`));
  };

  router.on("PUT", `${base}/resize`, ({ params, caller }) => {
    const vmid = need(params, "vmid");
    const key = need(params, "disk");
    checkDigest(vmid, text(params, "digest"));
    const found = drive(vmid, key);
    const { file = "" } = found;
    if (isEmptyDrive(found) || isCloudInit(found)) die("you can't resize a cdrom");
    if (key === "efidisk0") die("resizing of efidisks is not supported.");
    return tasks.start("resize", vmid, caller, async () => {
      const current = storages.size(file) ?? die(`volume '${file}' does not exist`);
      const size = need(params, "size");
      const bytes = size.startsWith("+") ? current + parseSize(size.slice(1)) : parseSize(size);
      if (bytes < current) die("shrinking disks is not supported");
      if (bytes > current) await storages.resize(file, bytes);
      vms.patch(vmid, { [key]: printDrive(key, { ...found, size: printSize(bytes) }) });
      if (bytes > current && (await backend.vmProcess(vmid)) !== undefined) {
        await backend.monitor(vmid, "block_resize", { device: `drive-${key}`, size: bytes });
      }
    });
  });

  router.on("POST", `${base}/move_disk`, ({ params, caller }) => {
    const vmid = need(params, "vmid");
    const key = need(params, "disk");
    const storage = text(params, "storage");
    checkDigest(vmid, text(params, "digest"));
    const found = drive(vmid, key);
    const { file = "" } = found;
    if (storage === undefined) refuseParams({ storage: "property is missing" });
    if (isEmptyDrive(found)) die("you can't move a cdrom");
    storages.requireContent(storage, "images");
    if (!isRoot(caller)) {
      requirePrivileges(pve.users, caller, `/storage/${storage}`, ["Datastore.AllocateSpace"]);
    }
    if (splitVolid(file)[0] === storage) {
      die("you can't move to the same storage with same format");
    }
    return tasks.start("qmmove", vmid, caller, async (log) => {
      const bytes = storages.size(file) ?? die(`volume '${file}' does not exist`);
      log(`create full clone of drive ${key} (${file})`);
      const volid = await storages.allocate(storage, vmid, bytes, { copyOf: storages.path(file) });
      const keys = vms.keys(vmid);
      const old = flag(params, "delete") ? {} : { [freeUnused(keys)]: file };
      vms.patch(vmid, { ...old, [key]: printDrive(key, { ...found, file: volid }) });
      if (flag(params, "delete")) await storages.free(file);
    });
  });

  router.on("PUT", `${base}/unlink`, async ({ params }) => {
    const vmid = need(params, "vmid");
    for (const key of splitList(text(params, "idlist"))) {
      const value = vms.keys(vmid)[key];
      if (value === undefined) continue;
      if (/^unused\d+$/.test(key)) await storages.free(value);
      vms.patch(vmid, { [key]: undefined });
    }
  });

  router.on("POST", `${base}/template`, async ({ params, caller }) => {
    const vmid = need(params, "vmid");
    const keys = vms.keys(vmid);
    refuseLocked(keys);
    if (keys["template"] === "1") die("you can't convert a template to a template");
    if ((await backend.vmProcess(vmid)) !== undefined) {
      die(`you can't convert a VM to template if VM is running`);
    }
    return tasks.start("qmtemplate", vmid, caller, () => {
      const changes: Record<string, string> = { template: "1" };
      for (const [key, found] of drivesOf(keys)) {
        const { file = "" } = found;
        if (isEmptyDrive(found) || isCloudInit(found)) continue;
        const volid = file.replace(`vm-${vmid}-`, `base-${vmid}-`);
        renameSync(storages.path(file), storages.path(volid));
        changes[key] = printDrive(key, { ...found, file: volid });
      }
      vms.patch(vmid, changes);
      return Promise.resolve();
    });
  });
}
