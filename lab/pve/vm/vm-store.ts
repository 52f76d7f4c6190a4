import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { die } from "../api/error";
import { writeAtomic } from "../state/atomic";
import { digestOf, parseVmConfig, printVmConfig, type VmConfig, type VmKeys } from "./config-file";

/** The VMs of a node: one file each in its own /etc/pve/qemu-server. */
export class VmStore {
  constructor(
    private readonly etc: string,
    private readonly node: string,
    private readonly directory = join(etc, "qemu-server"),
  ) {}

  /** The VMs of another node of the cluster. */
  of(node: string): VmStore {
    return new VmStore(this.etc, node, join(this.etc, "nodes", node, "qemu-server"));
  }

  /** The node that has a VM; none when there is no such VM in the cluster. */
  owner(vmid: string): string | undefined {
    if (this.exists(vmid)) return this.node;
    const nodes = join(this.etc, "nodes");
    return existsSync(nodes)
      ? readdirSync(nodes).find((node) => this.of(node).exists(vmid))
      : undefined;
  }

  /** Give a VM to another node. */
  move(vmid: string, node: string): void {
    writeAtomic(this.of(node).file(vmid), this.content(vmid));
    this.remove(vmid);
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
