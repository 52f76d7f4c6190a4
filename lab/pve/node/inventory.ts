/** One PCI function of the pretended machine. */
export interface PciFunction {
  /** Address such as `0000:01:00.0`. */
  readonly id: string;
  /** Class code, for example `0x020000` for a network card. */
  readonly class: string;
  readonly vendor: string;
  readonly device: string;
  readonly vendorName: string;
  readonly deviceName: string;
  readonly subsystemVendor?: string;
  readonly subsystemDevice?: string;
  readonly iommugroup: number;
  /** The host's link, where the function is a network port of the lab. */
  readonly link?: string;
  /** The port's permanent MAC, in lower case. */
  readonly mac?: string;
}

/** The hardware that the lab pretends to have. */
export interface Inventory {
  readonly pci: readonly PciFunction[];
}

/** Read lab/inventory.json. */
export const parseInventory = (content: string): Inventory => JSON.parse(content) as Inventory;

/** The functions an address stands for: one, or all of a device when no function is given. */
export function functionsAt(inventory: Inventory, address: string): readonly PciFunction[] {
  const full =
    /^[a-f0-9]{4,}:/.test(address) && address.split(":").length === 3 ? address : `0000:${address}`;
  return inventory.pci.filter(({ id }) => id === full || id.startsWith(`${full}.`));
}
