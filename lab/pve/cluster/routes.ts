import { ApiError } from "../api/error";
import { without } from "../state/without";
import { type Router, text } from "../api/router";
import { nodeSummary } from "../node/routes";
import { type Pve } from "../pve";
import { members } from "./members";
import { vmStatus } from "../vm/status";

/** The cluster: this node's resources, every member, and free VMIDs. */
export function clusterRoutes(router: Router, pve: Pve): void {
  const { vms, storages, users } = pve;

  router.on("GET", "/cluster", () =>
    ["resources", "nextid", "status", "mapping", "firewall", "sdn", "tasks"].map((name) => ({
      name,
    })),
  );

  router.on("GET", "/cluster/nextid", ({ params }) => {
    const wanted = text(params, "vmid");
    if (wanted !== undefined) {
      if (vms.owner(wanted) !== undefined) {
        throw new ApiError(400, "Parameter verification failed.", {
          vmid: `VM ${wanted} already exists`,
        });
      }
      return wanted;
    }
    let id = 100;
    while (vms.owner(String(id)) !== undefined) id += 1;
    return String(id);
  });

  router.on("GET", "/cluster/resources", async ({ params, caller }) => {
    const type = text(params, "type");
    const wanted = (kind: string) => type === undefined || type === kind;
    const may = (path: string, privilege: string) => users.privileges(caller, path).has(privilege);
    const guests = vms.ids().filter((vmid) => wanted("vm") && may(`/vms/${vmid}`, "VM.Audit"));
    const pools = [...users.config.pools];
    return [
      ...(await Promise.all(
        guests.map(async (vmid) => {
          const pool = pools.find(([, { vms: members }]) => members.includes(vmid))?.[0];
          const status = await vmStatus(pve, vmid);
          return {
            id: `qemu/${vmid}`,
            type: "qemu",
            node: pve.node,
            ...without(status, "pid"),
            maxcpu: status.cpus,
            template: status.template ?? 0,
            ...(pool === undefined ? {} : { pool }),
          };
        }),
      )),
      ...(wanted("node") ? [nodeSummary(pve)] : []),
      ...(wanted("storage")
        ? storages
            .list()
            .filter(({ id }) => may(`/storage/${id}`, "Datastore.Audit"))
            .map(({ id, type: plugin }) => {
              const { total, used } = storages.usage(id);
              return {
                id: `storage/${pve.node}/${id}`,
                type: "storage",
                node: pve.node,
                storage: id,
                status: "available",
                plugintype: plugin,
                content: storages.contents(id).join(","),
                shared: 0,
                disk: used,
                maxdisk: total,
              };
            })
        : []),
    ];
  });

  router.on("GET", "/cluster/status", () =>
    [...members(pve)].map(([name, ip], index) => ({
      id: `node/${name}`,
      name,
      type: "node",
      nodeid: index,
      local: name === pve.node ? 1 : 0,
      online: 1,
      ip,
      level: "",
    })),
  );
  router.on("GET", "/cluster/options", () => ({ keyboard: "en-us" }));
}
