import { need, type Router } from "../api/router";
import { type Pve } from "../pve";
import { parseSize } from "../storage/size";
import { drivesOf } from "./drive";
import { agentEnabled } from "./plan";

/** What the API says about a VM's present state. */
export async function vmStatus({ vms, backend }: Pve, vmid: string) {
  const keys = vms.keys(vmid);
  const process = await backend.vmProcess(vmid);
  const boot = drivesOf(keys).find(([, drive]) => drive["media"] !== "cdrom")?.[1];
  const cpus = Number(keys["cores"] ?? 1) * Number(keys["sockets"] ?? 1);
  const memory = Number(/\d+/.exec(keys["memory"] ?? "512")?.[0] ?? 512) * 2 ** 20;
  return {
    vmid: Number(vmid),
    name: keys["name"] ?? `VM ${vmid}`,
    status: process === undefined ? "stopped" : "running",
    cpus,
    maxmem: memory,
    mem: process === undefined ? 0 : memory,
    maxdisk: parseSize(boot?.["size"] ?? "0"),
    disk: 0,
    diskread: 0,
    diskwrite: 0,
    netin: 0,
    netout: 0,
    cpu: 0,
    uptime: process?.uptime ?? 0,
    ...(process === undefined ? {} : { pid: process.pid }),
    ...(keys["tags"] === undefined ? {} : { tags: keys["tags"] }),
    ...(keys["lock"] === undefined ? {} : { lock: keys["lock"] }),
    ...(keys["template"] === "1" ? { template: 1 } : {}),
  };
}

/** Listing VMs and telling their state. */
export function vmStatusRoutes(router: Router, pve: Pve): void {
  const { vms, users } = pve;

  router.on("GET", "/nodes/{node}/qemu", ({ caller }) =>
    Promise.all(
      vms
        .ids()
        .filter((vmid) => users.privileges(caller, `/vms/${vmid}`).has("VM.Audit"))
        .map((vmid) => vmStatus(pve, vmid)),
    ),
  );

  router.on("GET", "/nodes/{node}/qemu/{vmid}", () =>
    ["config", "pending", "status", "agent", "firewall", "cloudinit"].map((subdir) => ({ subdir })),
  );

  router.on("GET", "/nodes/{node}/qemu/{vmid}/status/current", async ({ params }) => {
    const vmid = need(params, "vmid");
    const status = await vmStatus(pve, vmid);
    return {
      ...status,
      qmpstatus: status.status,
      ha: { managed: 0 },
      ...(status.status === "running"
        ? { "running-qemu": "10.0.2", "running-machine": "pc-q35-10.0+pve0" }
        : {}),
      ...(agentEnabled(vms.keys(vmid)) ? { agent: 1 } : {}),
    };
  });
}
