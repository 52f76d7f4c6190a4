import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { die } from "../api/error";
import type { FunctionPlan } from "./backend";
import { attempt } from "./run";

const DRIVER = "/sys/bus/pci/drivers/vfio-pci";

/** Give functions that the kernel has the driver by which a guest gets them, as Proxmox does. */
export async function bindToVfio(functions: readonly FunctionPlan[]): Promise<void> {
  if (functions.length === 0) return;
  if (!existsSync(DRIVER)) await attempt("modprobe", ["vfio-pci"]);
  for (const { address } of functions) {
    const device = join("/sys/bus/pci/devices", address);
    const bound = join(DRIVER, address);
    if (existsSync(bound)) continue;
    const id = (name: string) => readFileSync(join(device, name), "utf8").trim().slice(2);
    // It may be known already; whoever of that kind has no driver gets it too.
    tell(join(DRIVER, "new_id"), `${id("vendor")} ${id("device")}`);
    if (existsSync(join(device, "driver"))) tell(join(device, "driver/unbind"), address);
    if (!existsSync(bound)) tell(join(DRIVER, "bind"), address);
    if (!existsSync(bound)) die(`Cannot bind ${address} to vfio`);
  }
}

function tell(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch {
    // What came of it is looked at.
  }
}
