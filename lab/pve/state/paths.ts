import { join } from "node:path";

/** Where the emulator keeps its files; everything lies below one root directory. */
export interface Paths {
  /** Proxmox's cluster file system. */
  readonly etc: string;
  /** Disks of guests on storages that are not directories. */
  readonly volumes: string;
  /** Sockets and pid files, gone after a restart of the host. */
  readonly run: string;
  /** Task logs. */
  readonly tasks: string;
  /** Guests' serial consoles. */
  readonly consoles: string;
  readonly interfaces: string;
  readonly faults: string;
  readonly inventory: string;
  readonly guest: string;
  /** A path of the host, below the root directory. */
  readonly host: (path: string) => string;
}

/** Lay the files out below a root: `/` in the lab, a temporary directory in a test. */
export function pathsBelow(root: string): Paths {
  const host = (path: string) => join(root, path);
  return {
    etc: host("/etc/pve"),
    volumes: host("/var/lib/pve-volumes"),
    run: host("/run/qemu-server"),
    tasks: host("/var/log/pve/tasks"),
    consoles: host("/var/log/pve/consoles"),
    interfaces: host("/etc/network/interfaces"),
    faults: host("/lab-control/faults.json"),
    inventory: host("/lab/inventory.json"),
    guest: host("/lab/guest"),
    host,
  };
}
