import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "../backend/run";
import { type Pve } from "../pve";

const KERNEL = "/sys/bus/pci/devices";

/** Show the pretended cards where a kernel shows its own: the links of each, by PCI address. */
export async function showPorts({ inventory, paths }: Pve): Promise<void> {
  // A machine with cards of its own has no list.
  if (!existsSync(paths.inventory)) return;
  const shown = join(paths.run, "pci");
  const ports = inventory.pci.flatMap(({ id, link }) =>
    link === undefined ? [] : [join(id, "net", link)],
  );
  if (ports.every((port) => existsSync(join(KERNEL, port)))) return;
  for (const port of ports) mkdirSync(join(shown, port), { recursive: true });
  await run("mount", "--bind", shown, KERNEL);
}
