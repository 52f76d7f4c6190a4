import { die } from "../api/error";
import { flag, need, type Router, text } from "../api/router";
import { refuse } from "../access/permission";
import { isRoot } from "../access/caller";
import { type Pve } from "../pve";
import { applyChange, type Change, checkChange, readChange } from "./config-change";
import { joinPool } from "../cluster/pools";
import { destroyVm } from "./destroy";
import { startVm } from "./start";
import { newUuid } from "./values";

const CONTROL = [
  "pool",
  "start",
  "unique",
  "storage",
  "archive",
  "bwlimit",
  "live-restore",
  "ha-managed",
];

/** Creating and destroying a VM. */
export function createRoutes(router: Router, pve: Pve): void {
  const { vms, tasks } = pve;

  router.on("POST", "/nodes/{node}/qemu", ({ params, caller }) => {
    const vmid = need(params, "vmid");
    const pool = text(params, "pool");
    const start = flag(params, "start");
    const rights = pve.users.privileges(caller, `/vms/${vmid}`);
    if (!isRoot(caller) && !rights.has("VM.Allocate")) refuse(`/vms/${vmid}, VM.Allocate`);
    const owner = vms.owner(vmid);
    if (owner !== undefined) {
      die(`unable to create VM ${vmid} - VM ${vmid} already exists on node '${owner}'`);
    }
    const { set } = readChange(params);
    const wanted = Object.fromEntries(
      Object.entries(set).filter(([key]) => !CONTROL.includes(key)),
    );
    const { template, ...keys } = wanted;
    const change: Change = {
      set: { vmgenid: newUuid(), smbios1: `uuid=${newUuid()}`, ...keys },
      remove: [],
      digest: undefined,
    };
    const meta = `creation-qemu=10.0.2,ctime=${Math.floor(Date.now() / 1000)}`;
    vms.save(vmid, { keys: { meta }, pending: {}, pendingDeletes: [] });
    try {
      // A bare VMID is a complete request; only what was sent needs rights.
      if (Object.keys(keys).length > 0) checkChange(pve, vmid, caller, { ...change, set: keys });
    } catch (error) {
      vms.remove(vmid);
      throw error;
    }
    vms.patch(vmid, { lock: "create" });
    return tasks.start("qmcreate", vmid, caller, async () => {
      try {
        await applyChange(pve, vmid, change);
      } catch (error) {
        await destroyVm(pve, vmid);
        die(
          `unable to create VM ${vmid} - ${error instanceof Error ? error.message : String(error)}`,
        );
      }
      vms.patch(vmid, { lock: undefined, ...(template === "1" ? { template } : {}) });
      if (pool !== undefined) joinPool(pve, pool, vmid);
      if (start) await startVm(pve, vmid, () => undefined);
    });
  });

  router.on("DELETE", "/nodes/{node}/qemu/{vmid}", async ({ params, caller }) => {
    const vmid = need(params, "vmid");
    const keys = vms.keys(vmid);
    if (keys["protection"] === "1") die(`can't remove VM ${vmid} - protection mode enabled`);
    if (keys["lock"] !== undefined && !flag(params, "skiplock")) {
      die(`VM is locked (${keys["lock"]})`);
    }
    if ((await pve.backend.vmProcess(vmid)) !== undefined) {
      die(`VM ${vmid} is running - destroy failed`);
    }
    return tasks.start("qmdestroy", vmid, caller, async (log) => {
      if ((await pve.backend.vmProcess(vmid)) !== undefined) {
        die(`VM ${vmid} is running - destroy failed`);
      }
      await destroyVm(pve, vmid, log, flag(params, "purge"));
    });
  });
}
