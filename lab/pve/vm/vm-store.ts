import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { die } from "../api/error";
import { writeAtomic } from "../state/atomic";
import { digestOf, parseVmConfig, printVmConfig, type VmConfig, type VmKeys } from "./config-file";

/** The VMs of the node: one file each in /etc/pve/qemu-server. */
export class VmStore {
  private readonly directory: string;

  constructor(
    etc: string,
    private readonly node: string,
  ) {
    this.directory = join(etc, "qemu-server");
  }

  /** Every VMID, in ascending order. */
  ids(): string[] {
    if (!existsSync(this.directory)) return [];
    return readdirSync(this.directory)
      .map((name) => /^(\d+)\.conf$/.exec(name)?.[1])
      .filter((id) => id !== undefined)
      .sort((a, b) => Number(a) - Number(b));
  }

  /** Whether the VM exists. */
  exists(vmid: string): boolean {
    return existsSync(this.file(vmid));
  }

  /** A VM's configuration; the error Proxmox gives when there is none. */
  load(vmid: string): VmConfig {
    return parseVmConfig(this.content(vmid));
  }

  /** The keys in force. */
  keys(vmid: string): VmKeys {
    return this.load(vmid).keys;
  }

  /** The digest of a VM's configuration. */
  digest(vmid: string): string {
    return digestOf(this.content(vmid));
  }

  /** Replace a VM's configuration. */
  save(vmid: string, config: VmConfig): void {
    writeAtomic(this.file(vmid), printVmConfig(config));
  }

  /** Change some of the keys in force; undefined removes one. */
  patch(vmid: string, changes: Readonly<Record<string, string | undefined>>): void {
    const config = this.load(vmid);
    const keys = Object.entries({ ...config.keys, ...changes }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    this.save(vmid, { ...config, keys: Object.fromEntries(keys) });
  }

  /** Forget a VM. */
  remove(vmid: string): void {
    rmSync(this.file(vmid), { force: true });
  }

  private content(vmid: string): string {
    if (!this.exists(vmid)) {
      die(`Configuration file 'nodes/${this.node}/qemu-server/${vmid}.conf' does not exist`);
    }
    return readFileSync(this.file(vmid), "utf8");
  }

  private file(vmid: string): string {
    return join(this.directory, `${vmid}.conf`);
  }
}

/** Stop when a VM is locked by an operation in progress. */
export function refuseLocked({ lock }: VmKeys): void {
  if (lock !== undefined) die(`VM is locked (${lock})`);
}
