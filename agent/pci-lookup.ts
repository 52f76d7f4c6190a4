/** A PCI device as a mapping of Proxmox has to describe it. */
export interface PciDevice {
  /** Vendor and device, such as `8086:1521`. */
  readonly id: string;
  /** Vendor and device of the card that it is sold as. */
  readonly subsystemId?: string;
  /** Number of its IOMMU group. */
  readonly iommuGroup?: number;
}

/** Render the script that lists a node's PCI devices as JSON. */
export function renderPciLookup(node: string): string {
  return [
    "set -eu",
    "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
    `pvesh get /nodes/${node}/hardware/pci --output-format json`,
    "",
  ].join("\n");
}

interface Listed {
  id: string;
  vendor: string;
  device: string;
  subsystem_vendor?: string;
  subsystem_device?: string;
  iommugroup?: number;
}

/** Find a device in what the script printed; a card's root address stands for its function 0. */
export function findPciDevice(listing: string, path: string): PciDevice {
  const address = path.includes(".") ? path : `${path}.0`;
  const devices = JSON.parse(listing) as Listed[];
  const device = devices.find(({ id }) => id === address);
  if (!device) {
    const network = devices.map(({ id }) => id).join(", ");
    throw new Error(`path: no PCI device ${address} on this node; expected one of ${network}`);
  }
  const hex = (text: string) => text.replace(/^0x/, "");
  const { vendor, device: model, subsystem_vendor, subsystem_device, iommugroup } = device;
  return {
    id: `${hex(vendor)}:${hex(model)}`,
    ...(subsystem_vendor &&
      subsystem_device && { subsystemId: `${hex(subsystem_vendor)}:${hex(subsystem_device)}` }),
    // Without an IOMMU the group is -1, and the guest can not start.
    ...(iommugroup !== undefined && iommugroup >= 0 && { iommuGroup: iommugroup }),
  };
}
