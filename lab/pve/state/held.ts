import { rmSync } from "node:fs";
import { join } from "node:path";
import { readOr, writeAtomic } from "./atomic";

/** Which PCI functions each started VM holds; kept in /run, so that it ends with the host. */
export class Held {
  constructor(private readonly directory: string) {}

  /** The functions a VM was started with. */
  get(vmid: string): readonly string[] {
    return readOr(this.file(vmid), "").split("\n").filter(Boolean);
  }

  /** Record the functions of a VM that is about to start. */
  set(vmid: string, addresses: readonly string[]): void {
    if (addresses.length === 0) rmSync(this.file(vmid), { force: true });
    else writeAtomic(this.file(vmid), `${addresses.join("\n")}\n`);
  }

  private file(vmid: string): string {
    return join(this.directory, `${vmid}.pci`);
  }
}
