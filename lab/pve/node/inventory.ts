import { existsSync, readFileSync } from "node:fs";
import type { Paths } from "../state/paths";
import { kernelFunctions } from "./sysfs";

/** One PCI function of the machine. */
export interface PciFunction {
  /** Address such as `0000:01:00.0`. */
  readonly id: string;
  /** Class code, for example `0x020000` for a network card. */
  readonly class: string;
  readonly vendor: string;
  readonly device: string;
  readonly vendorName?: string;
  readonly deviceName?: string;
  readonly subsystemVendor?: string;
  readonly subsystemDevice?: string;
  /** Number of its IOMMU group; -1 if the IOMMU is off. */
  readonly iommugroup: number;
  /** The host's link, where the function is a network port of the lab. */
  readonly link?: string;
  /** The port's permanent MAC, in lower case. */
  readonly mac?: string;
}

/** The hardware of the node. */
export interface Inventory {
  /** Whether the kernel has it, so that a guest can get the very function. */
  readonly real?: boolean;
  readonly pci: readonly PciFunction[];
}

/** The hardware that the lab pretends to have; without such a list, what the kernel finds. */
export function openInventory({ inventory, host }: Paths): Inventory {
  if (existsSync(inventory)) return JSON.parse(readFileSync(inventory, "utf8")) as Inventory;
  return {
    real: true,
    // Virtual functions come and go.
    get pci() {
      return kernelFunctions(host("/sys/bus/pci/devices"));
    },
  };
}

/** The functions an address stands for: one, or all of a device when no function is given. */
export function functionsAt(inventory: Inventory, address: string): readonly PciFunction[] {
  const full =
    /^[a-f0-9]{4,}:/.test(address) && address.split(":").length === 3 ? address : `0000:${address}`;
  return inventory.pci.filter(({ id }) => id === full || id.startsWith(`${full}.`));
}
