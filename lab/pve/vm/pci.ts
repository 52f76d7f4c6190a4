import { die } from "../api/error";
import { type FunctionPlan, type PortPlan } from "../backend/backend";
import { type Pve } from "../pve";
import { findMapping, mappingComplaint, type PciMapping } from "../cluster/pci-mapping";
import { functionsAt, type PciFunction } from "../node/inventory";
import { type VmKeys } from "./config-file";
import { parseHostPci } from "./values";

/** The functions of a VM's passed-through devices, and in which way it gets them. */
export interface PciAssignment {
  readonly addresses: readonly string[];
  /** Those that are ports of the lab. */
  readonly ports: readonly PortPlan[];
  /** Those that the kernel has. */
  readonly functions: readonly FunctionPlan[];
}

/** What a VM without such devices gets. */
export const NO_PCI: PciAssignment = { addresses: [], ports: [], functions: [] };

/** Choose the physical functions for a VM's passed-through devices, or say why it cannot start. */
export async function assignPci(pve: Pve, vmid: string, keys: VmKeys): Promise<PciAssignment> {
  const used = await functionsInUse(pve, vmid);
  const ports: PortPlan[] = [];
  const all: FunctionPlan[] = [];
  const slots = Object.keys(keys)
    .map((key) => /^hostpci(\d+)$/.exec(key)?.[1])
    .filter((slot) => slot !== undefined)
    .sort((a, b) => Number(a) - Number(b));
  for (const slot of slots) {
    const key = `hostpci${slot}`;
    const fields = parseHostPci(keys[key] ?? "");
    const mapping = fields["mapping"];
    const mine = new Set(all.map(({ address }) => address));
    const functions =
      mapping === undefined
        ? rawFunctions(pve, fields["host"] ?? "")
        : mappedFunctions(pve, mapping, key, new Set([...used.keys(), ...mine]));
    for (const { id } of functions) {
      const owner = used.get(id) ?? (mine.has(id) ? vmid : undefined);
      if (owner !== undefined) die(`PCI device '${id}' already in use by VMID '${owner}'`);
    }
    for (const [index, { id, link, mac }] of functions.entries()) {
      all.push({ address: id, slot: Number(slot) });
      if (link === undefined || mac === undefined) continue;
      const tap = `tap${vmid}p${slot}f${index}`;
      ports.push({ address: id, link, mac, slot: Number(slot), tap });
    }
  }
  const addresses = all.map(({ address }) => address);
  return { addresses, ports, functions: pve.inventory.real ? all : [] };
}

function rawFunctions({ inventory }: Pve, host: string): readonly PciFunction[] {
  return host.split(";").flatMap((address) => {
    const functions = functionsAt(inventory, address);
    return functions.length > 0 ? functions : die(`no PCI device found for '${address}'`);
  });
}

/** A mapping with several entries is a pool: the first free device is taken. */
function mappedFunctions(
  pve: Pve,
  id: string,
  key: string,
  taken: ReadonlySet<string>,
): readonly PciFunction[] {
  const mapping: PciMapping | undefined = findMapping(pve, id);
  const entries = (mapping?.map ?? []).filter(({ node }) => node === pve.node);
  if (mapping === undefined || entries.length === 0) {
    die(`PCI device mapping not found for '${id}'`);
  }
  for (const entry of entries) {
    const complaint = mappingComplaint(pve.inventory, id, entry);
    if (complaint !== undefined) {
      die(`PCI device mapping invalid (hardware probably changed): ${complaint}`);
    }
  }
  const devices = entries.map(({ path }) =>
    path.split(";").flatMap((part) => functionsAt(pve.inventory, part)),
  );
  const free = devices.find((functions) => functions.every((item) => !taken.has(item.id)));
  // A single device is reported with its owner, a pool as exhausted.
  if (free === undefined && devices.length > 1) die(`could not find a free device for '${key}'`);
  return free ?? devices[0] ?? [];
}

/** Functions that running VMs hold, with the VM that holds each. */
async function functionsInUse(pve: Pve, except: string): Promise<ReadonlyMap<string, string>> {
  const used = new Map<string, string>();
  for (const vmid of pve.vms.ids()) {
    if (vmid === except || (await pve.backend.vmProcess(vmid)) === undefined) continue;
    for (const address of pve.held.get(vmid)) used.set(address, vmid);
  }
  return used;
}
