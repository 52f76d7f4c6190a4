import { die } from "../api/error";
import { migrationAddress } from "../cluster/members";
import { type Pve } from "../pve";
import { type Log } from "../task/tasks";
import { applyPending } from "./config-change";
import { writeCloudInitDrive } from "./cloudinit";
import { drivesOf, isCloudInit } from "./drive";
import { assignPci, NO_PCI } from "./pci";
import { planVm } from "./plan";
import { refuseLocked } from "./vm-store";

/** Start a VM that runs on another node, paused, to take over its state from there. */
export async function receiveVm(pve: Pve, vmid: string, from: string, log: Log): Promise<void> {
  if ((await pve.backend.vmProcess(vmid)) !== undefined) die(`VM ${vmid} already running`);
  const incoming = `tcp:${await migrationAddress(pve)}`;
  const keys = pve.vms.of(from).keys(vmid);
  await pve.backend.startVm({ ...planVm(pve, vmid, keys, NO_PCI, log), incoming }, log);
  log(`migration listens on ${incoming}`);
}

/** Start a VM with what its configuration says, pending changes included. */
export async function startVm(pve: Pve, vmid: string, log: Log): Promise<void> {
  const { vms, backend, held } = pve;
  refuseLocked(vms.keys(vmid));
  if (vms.keys(vmid)["template"] === "1") die("you can't start a vm if it's a template");
  if ((await backend.vmProcess(vmid)) !== undefined) die(`VM ${vmid} already running`);
  await applyPending(pve, vmid);
  const keys = vms.keys(vmid);
  const assigned = await assignPci(pve, vmid, keys);
  const plan = planVm(pve, vmid, keys, assigned, log);
  if (drivesOf(keys).some(([, drive]) => isCloudInit(drive))) log("generating cloud-init ISO");
  await writeCloudInitDrive(pve, vmid, keys);
  held.set(vmid, assigned.addresses);
  try {
    await backend.startVm(plan, log);
  } catch (error) {
    held.set(vmid, []);
    throw error;
  }
}

/** End a VM's process and give back what it held. */
export async function stopVm({ backend, held }: Pve, vmid: string): Promise<void> {
  await backend.stopVm(vmid);
  held.set(vmid, []);
}
