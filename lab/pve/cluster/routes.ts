import { ApiError } from "../api/error";
import { without } from "../state/without";
import { type Router, text } from "../api/router";
import { nodeSummary } from "../node/routes";
import { type Pve } from "../pve";
import { vmStatus } from "../vm/status";

/** The cluster of one node: its resources and free VMIDs. */
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
      if (vms.exists(wanted)) {
        throw new ApiError(400, "Parameter verification failed.", {
          vmid: `VM ${wanted} already exists`,
        });
      }
      return wanted;
    }
    let id = 100;
    while (vms.exists(String(id))) id += 1;
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

  router.on("GET", "/cluster/status", () => [
    {
      id: `node/${pve.node}`,
      name: pve.node,
      type: "node",
      nodeid: 0,
      local: 1,
      online: 1,
      ip: "10.99.0.2",
      level: "",
    },
  ]);
  router.on("GET", "/cluster/options", () => ({ keyboard: "en-us" }));
}
