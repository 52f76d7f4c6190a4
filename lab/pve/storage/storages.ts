import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { die } from "../api/error";
import { type Backend, type DiskSource } from "../backend/backend";
import { type Faults } from "../faults";
import { readOr, writeAtomic } from "../state/atomic";
import { type Paths } from "../state/paths";
import { parseSections, printSections, type Section } from "../state/section-config";
import { readImageHeader } from "./qcow2";
import { listContent, type Volume } from "./volumes";

/** Bytes of a storage unless the fault file says otherwise. */
const DEFAULT_TOTAL = 64 * 2 ** 30;

/** The storages of the node and the volumes on them. */
export class Storages {
  constructor(
    private readonly paths: Paths,
    private readonly backend: Backend,
    private readonly faults: Faults,
  ) {}

  /** Every configured storage. */
  list(): Section[] {
    return parseSections(readOr(this.file, ""));
  }

  /** Write the configuration back. */
  save(sections: readonly Section[]): void {
    writeAtomic(this.file, printSections(sections));
  }

  /** One storage's configuration. */
  config(storage: string): Section {
    return (
      this.list().find(({ id }) => id === storage) ?? die(`storage '${storage}' does not exist`)
    );
  }

  /** What a storage may hold, for example `images`. */
  contents(storage: string): string[] {
    return (this.config(storage).values["content"]?.[0] ?? "").split(",");
  }

  /** Stop unless the storage exists and may hold this kind of content. */
  requireContent(storage: string, content: string): void {
    if (!this.contents(storage).includes(content)) {
      die(`storage '${storage}' does not support content-type '${content}'`);
    }
  }

  /** The directory a storage keeps files in. */
  directory(storage: string): string {
    const { values } = this.config(storage);
    const path = values["path"]?.[0];
    return path === undefined ? join(this.paths.volumes, storage) : this.paths.host(path);
  }

  /** Every volume on a storage. */
  volumes(storage: string): Volume[] {
    return listContent(storage, this.directory(storage), this.isDirectory(storage));
  }

  /** The file behind a volume id. */
  path(volid: string): string {
    const [storage, name] = splitVolid(volid);
    const directory = this.directory(storage);
    if (!this.isDirectory(storage)) return join(directory, name);
    const folder: Record<string, string> = { iso: "template/iso", vztmpl: "template/cache" };
    const [kind = "", ...rest] = name.split("/");
    if (/^\d+$/.test(kind)) return join(directory, "images", name);
    return join(directory, folder[kind] ?? kind, ...rest);
  }

  /** Total, used and free bytes: what is provisioned counts as used. */
  usage(storage: string): { total: number; used: number; avail: number } {
    const total = this.faults.storageTotal(storage) ?? DEFAULT_TOTAL;
    const used = this.volumes(storage).reduce((sum, { size }) => sum + size, 0);
    return { total, used, avail: Math.max(0, total - used) };
  }

  /** Make a disk for a VM; returns its volume id. */
  async allocate(
    storage: string,
    vmid: string,
    bytes: number,
    from: DiskSource & { readonly name?: string } = {},
  ): Promise<string> {
    this.requireContent(storage, "images");
    const volid = this.freeVolid(storage, vmid, from.name);
    const path = this.path(volid);
    this.requireSpace(storage, volid, bytes);
    mkdirSync(dirname(path), { recursive: true });
    await this.backend.createDisk(path, bytes, from);
    return volid;
  }

  /** Enlarge a disk. */
  async resize(volid: string, bytes: number): Promise<void> {
    const path = this.path(volid);
    const growth = bytes - readImageHeader(path).size;
    const [storage] = splitVolid(volid);
    if (growth > this.usage(storage).avail) this.requireSpace(storage, volid, growth, "extend");
    await this.backend.resizeDisk(path, bytes);
  }

  /** Remove a volume; the error Proxmox gives when it is in the way of nothing. */
  async free(volid: string): Promise<void> {
    await this.backend.removeDisk(this.path(volid));
  }

  /** The size of a volume in bytes, or undefined when it does not exist. */
  size(volid: string): number | undefined {
    const path = this.path(volid);
    if (!existsSync(path)) return undefined;
    return statSync(path).isFile() ? readImageHeader(path).size : 0;
  }

  /** Whether disks of this storage are files in a directory. */
  isDirectory(storage: string): boolean {
    return this.config(storage).values["path"] !== undefined;
  }

  private freeVolid(storage: string, vmid: string, name: string | undefined): string {
    const isDirectory = this.isDirectory(storage);
    const folder = isDirectory ? `${vmid}/` : "";
    const extension = isDirectory ? ".qcow2" : "";
    const directory = isDirectory
      ? join(this.directory(storage), "images", vmid)
      : this.directory(storage);
    const taken = existsSync(directory) ? readdirSync(directory) : [];
    if (name !== undefined) return `${storage}:${folder}${name}${extension}`;
    let index = 0;
    while (
      ["vm", "base"].some((kind) => taken.includes(`${kind}-${vmid}-disk-${index}${extension}`))
    ) {
      index += 1;
    }
    return `${storage}:${folder}vm-${vmid}-disk-${index}${extension}`;
  }

  private requireSpace(storage: string, volid: string, bytes: number, verb = "create"): void {
    if (bytes <= this.usage(storage).avail) return;
    const [, name] = splitVolid(volid);
    if (this.isDirectory(storage)) {
      die(`unable to ${verb} image: qemu-img: ${name}: No space left on device`);
    }
    const { values } = this.config(storage);
    const group = values["vgname"]?.[0] ?? "pve";
    const pool = `${group}/${values["thinpool"]?.[0] ?? "data"}`;
    if (verb === "extend") {
      die(
        `command '/sbin/lvextend -L ${bytes}b /dev/${group}/${name}' failed: ` +
          `New size given exceeds free space in thin pool ${pool}.`,
      );
    }
    die(
      `lvcreate '${group}/${name}' error:   Cannot create new thin volume, ` +
        `free space in thin pool ${pool} reached threshold.`,
    );
  }

  private get file(): string {
    return join(this.paths.etc, "storage.cfg");
  }
}

/** The storage and the name in a volume id. */
export function splitVolid(volid: string): [string, string] {
  const match = /^([a-z][a-z0-9\-_.]*[a-z0-9]):(.+)$/i.exec(volid);
  if (match === null) die(`unable to parse volume ID '${volid}'`);
  return [match[1] ?? "", match[2] ?? ""];
}
