import { need, type Router } from "../api/router";
import { type Pve } from "../pve";
import { effective, typed } from "./config-routes";
import { cloudInitFiles, writeCloudInitDrive } from "./cloudinit";
import { refuseLocked } from "./vm-store";

const KEYS =
  /^(?:cicustom|cipassword|citype|ciupgrade|ciuser|nameserver|searchdomain|sshkeys|name|ipconfig\d+)$/;

/** Showing and regenerating a VM's cloud-init drive. */
export function cloudInitRoutes(router: Router, pve: Pve): void {
  const { vms } = pve;
  const base = "/nodes/{node}/qemu/{vmid}/cloudinit";

  router.on("GET", base, ({ params }) => {
    const config = vms.load(need(params, "vmid"));
    const [now, next] = [typed(config.keys), typed(effective(config))];
    const names = new Set([...Object.keys(now), ...Object.keys(next)]);
    return [...names]
      .filter((key) => KEYS.test(key))
      .sort()
      .map((key) => ({
        key,
        ...(key in now ? { value: now[key] } : {}),
        ...(now[key] === next[key] ? {} : { pending: next[key] }),
      }));
  });

  router.on("PUT", base, async ({ params }) => {
    const vmid = need(params, "vmid");
    const keys = vms.keys(vmid);
    refuseLocked(keys);
    await writeCloudInitDrive(pve, vmid, effective(vms.load(vmid)));
  });

  router.on("GET", `${base}/dump`, ({ params }) => {
    const vmid = need(params, "vmid");
    const files = cloudInitFiles(pve, vmid, effective(vms.load(vmid)));
    return files[need(params, "type") as "user" | "network" | "meta"];
  });
}
