import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";
import type { PciFunction } from "./inventory";

const NO_GROUP = -1;

/** The PCI functions that the kernel shows at this moment. */
export function kernelFunctions(devices: string): PciFunction[] {
  return readdirSync(devices)
    .sort()
    .map((id) => {
      const file = (name: string) => readFileSync(join(devices, id, name), "utf8").trim();
      return {
        id,
        class: file("class"),
        vendor: file("vendor"),
        device: file("device"),
        subsystemVendor: file("subsystem_vendor"),
        subsystemDevice: file("subsystem_device"),
        iommugroup: group(join(devices, id, "iommu_group")),
      };
    });
}

function group(link: string): number {
  try {
    return Number(basename(readlinkSync(link)));
  } catch {
    return NO_GROUP;
  }
}
