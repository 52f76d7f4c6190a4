import { type Call, flag, need, type Router } from "../api/router";
import { type Pve } from "../pve";
import { methodSchema, property } from "../schema/model";
import { applyChange, checkChange, readChange } from "./config-change";
import { type VmConfig, type VmKeys } from "./config-file";

const OPTIONS = methodSchema("PUT", "/nodes/{node}/qemu/{vmid}/config")?.properties ?? {};

/** Reading and changing a VM's configuration. */
export function configRoutes(router: Router, pve: Pve): void {
  const { vms, tasks } = pve;
  const base = "/nodes/{node}/qemu/{vmid}";

  router.on("GET", `${base}/config`, ({ params }) => {
    const vmid = need(params, "vmid");
    const config = vms.load(vmid);
    const keys = flag(params, "current") ? config.keys : effective(config);
    return { ...typed(keys), digest: vms.digest(vmid) };
  });

  router.on("GET", `${base}/pending`, ({ params }) => {
    const { keys, pending, pendingDeletes } = vms.load(need(params, "vmid"));
    const names = new Set([...Object.keys(keys), ...Object.keys(pending)]);
    const [now, next] = [typed(keys), typed(pending)];
    return [...names].sort().map((key) => ({
      key,
      ...(key in now ? { value: now[key] } : {}),
      ...(key in next ? { pending: next[key] } : {}),
      ...(pendingDeletes.includes(key) ? { delete: 1 } : {}),
    }));
  });

  const prepare = ({ params, caller }: Call) => {
    const vmid = need(params, "vmid");
    vms.load(vmid);
    const change = readChange(params);
    checkChange(pve, vmid, caller, change);
    return { vmid, change };
  };

  router.on("PUT", `${base}/config`, async (call) => {
    const { vmid, change } = prepare(call);
    await applyChange(pve, vmid, change);
  });

  router.on("POST", `${base}/config`, (call) => {
    const { vmid, change } = prepare(call);
    return tasks.start("qmconfig", vmid, call.caller, () => applyChange(pve, vmid, change));
  });
}

/** What will be in force after the next start. */
export const effective = ({ keys, pending, pendingDeletes }: VmConfig): VmKeys =>
  Object.fromEntries(
    Object.entries({ ...keys, ...pending }).filter(([key]) => !pendingDeletes.includes(key)),
  );

/** Values with the JSON types that Proxmox gives them; secrets are not shown. */
export function typed(keys: VmKeys): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(keys).map(([key, value]) => {
      const type = property(OPTIONS, key)?.type;
      if (key === "cipassword") return [key, "**********"];
      return [key, type === "integer" || type === "boolean" ? Number(value) : value];
    }),
  );
}
