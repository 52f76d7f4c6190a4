import { requirePrivileges } from "../access/permission";
import { isRoot } from "../access/caller";
import { die, refuseParams } from "../api/error";
import { flag, need, type Router } from "../api/router";
import { members } from "../cluster/members";
import { Peer } from "../cluster/peer";
import { type Pve } from "../pve";
import { migrateVm } from "./migrate";
import { isMapped, localDisks, localResources } from "./tied";
import { refuseLocked } from "./vm-store";

const ROOT_OPTIONS = ["force", "migration_type", "migration_network"];

/** Moving a VM to another node of the cluster, running or not, and what is in the way of that. */
export function migrateRoutes(router: Router, pve: Pve): void {
  const { vms, tasks, backend } = pve;
  const path = "/nodes/{node}/qemu/{vmid}/migrate";
  const running = async (vmid: string) => (await backend.vmProcess(vmid)) !== undefined;

  router.on("GET", path, async ({ params }) => {
    const keys = vms.keys(need(params, "vmid"));
    const runs = await running(need(params, "vmid"));
    const others = [...members(pve).keys()].filter((node) => node !== pve.node);
    const mapped = localResources(keys).filter((key) => isMapped(keys, key));
    return {
      running: runs ? 1 : 0,
      ...(runs ? {} : { allowed_nodes: others, not_allowed_nodes: {} }),
      local_disks: localDisks(pve, keys).map(([drive, volid]) => ({ drivename: drive, volid })),
      local_resources: localResources(keys),
      "mapped-resources": mapped,
      "mapped-resource-info": Object.fromEntries(mapped.map((key) => [key, { name: keys[key] }])),
      "has-dbus-vmstate": 0,
    };
  });

  router.on("POST", path, async ({ params, caller }) => {
    const vmid = need(params, "vmid");
    const target = need(params, "target");
    const address = members(pve).get(target);
    if (target === pve.node) refuseParams({ target: "target is local node." });
    if (address === undefined) die(`no such cluster node '${target}'`);
    const rootOnly = ROOT_OPTIONS.find((name) => params[name] !== undefined);
    if (rootOnly !== undefined && !isRoot(caller))
      refuseParams({ [rootOnly]: "Only root may use this option." });
    if (params["targetstorage"] !== undefined && !isRoot(caller))
      requirePrivileges(pve.users, caller, `/vms/${vmid}`, ["VM.Config.Disk"]);
    refuseLocked(vms.keys(vmid));
    const live = await running(vmid);
    if (live && !flag(params, "online")) die("can't migrate running VM without --online");
    const peer = new Peer(pve, target, address);
    return tasks.start("qmigrate", vmid, caller, (log) =>
      migrateVm(pve, vmid, peer, address, live, stamped(log)),
    );
  });
}

/** Every line with the time, as Proxmox logs migrations. */
const stamped = (log: (line: string) => void) => (line: string) =>
  log(`${new Date().toISOString().slice(0, 19).replace("T", " ")} ${line}`);
