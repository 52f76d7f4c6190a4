import { join } from "node:path";
import { functionsAt, type Inventory } from "../node/inventory";
import { type Pve } from "../pve";
import { readOr, writeAtomic } from "../state/atomic";
import { parseSections, printSections } from "../state/section-config";

/** One device of a mapping on one node. */
export interface MapEntry {
  readonly node: string;
  readonly path: string;
  readonly id: string;
  readonly iommugroup?: string;
  readonly "subsystem-id"?: string;
}

/** A named PCI device, or a pool of equal ones. */
export interface PciMapping {
  readonly id: string;
  readonly description?: string;
  readonly mdev?: string;
  /** The entries as they were sent. */
  readonly lines: readonly string[];
  readonly map: readonly MapEntry[];
}

const file = ({ paths }: Pve): string => join(paths.etc, "mapping", "pci.cfg");

/** The text of the file that holds every mapping. */
export const mappingText = (pve: Pve): string => readOr(file(pve), "");

/** Every mapping. */
export function mappings(pve: Pve): PciMapping[] {
  // The file has the identifier alone as a heading, without a type.
  const content = mappingText(pve).replace(/^(\S+)$/gm, "pci: $1");
  return parseSections(content).map(({ id, values }) => {
    const { map: lines = [], description, mdev } = values;
    return {
      id,
      lines,
      map: lines.map(parseEntry),
      ...(description?.[0] === undefined ? {} : { description: description[0] }),
      ...(mdev?.[0] === undefined ? {} : { mdev: mdev[0] }),
    };
  });
}

/** Replace all mappings. */
export function saveMappings(pve: Pve, all: readonly PciMapping[]): void {
  const sections = all.map(({ id, description, mdev, lines }) => ({
    type: "pci",
    id,
    values: {
      ...(description === undefined ? {} : { description: [description] }),
      map: lines,
      ...(mdev === undefined ? {} : { mdev: [mdev] }),
    },
  }));
  writeAtomic(file(pve), printSections(sections).replace(/^pci: /gm, ""));
}

/** One mapping by name. */
export const findMapping = (pve: Pve, id: string): PciMapping | undefined =>
  mappings(pve).find((mapping) => mapping.id === id);

function parseEntry(line: string): MapEntry {
  const fields = Object.fromEntries(
    line.split(",").map((part) => {
      const [key = "", ...value] = part.split("=");
      return [key, value.join("=")];
    }),
  );
  return { node: "", path: "", id: "", ...fields };
}

/** What is wrong with a mapping's entry on this hardware, in Proxmox's words. */
export function mappingComplaint(
  inventory: Inventory,
  name: string,
  entry: MapEntry,
): string | undefined {
  for (const path of entry.path.split(";")) {
    const [device] = functionsAt(inventory, path);
    if (device === undefined) return `PCI device '${path}' not found`;
    const plain = (vendor: string, id: string) =>
      `${vendor.replace(/^0x/, "")}:${id.replace(/^0x/, "")}`;
    const { subsystemVendor, subsystemDevice } = device;
    const actual: Record<string, string | undefined> = {
      id: plain(device.vendor, device.device),
      iommugroup: String(device.iommugroup),
      "subsystem-id":
        subsystemVendor !== undefined && subsystemDevice !== undefined
          ? plain(subsystemVendor, subsystemDevice)
          : undefined,
    };
    const declared = entry as unknown as Record<string, string | undefined>;
    for (const [key, value] of Object.entries(actual)) {
      const configured = declared[key];
      if (value === undefined && configured !== undefined) {
        return `unexpected property '${key}' configured for device '${path}'`;
      }
      if (value !== undefined && configured === undefined) {
        return `missing expected property '${key}' for device '${path}'`;
      }
      if (value !== configured) {
        return `'${key}' does not match for '${name}' (${value ?? ""} != ${configured ?? ""})`;
      }
    }
  }
  return undefined;
}
