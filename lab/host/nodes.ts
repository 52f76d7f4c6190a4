import { join } from "node:path";
import { paths } from "./paths";
import { ADDRESS, HOST_NETNS, type HostPort, PORTS } from "./segments";

/** A Proxmox node of the lab: a machine with a disk, network cards and a power supply. */
export interface LabNode {
  readonly name: string;
  /** Its address on the management network. */
  readonly address: string;
  /** The network namespace that its network cards are in. */
  readonly netns: string;
  readonly ports: readonly HostPort[];
  /** What the switches' ends of its cables are called. */
  readonly wire: string;
  /** Where its disk, its state and its console are kept. */
  readonly directory: string;
  /** Directories that it sees besides its disk, read-only or not. */
  readonly binds: readonly string[];
}

const BINDS = [`--bind-ro=${paths.shared}:/lab`, `--bind=${paths.control}:/lab-control`];

/** The lab's host. */
export const HOST: LabNode = {
  name: "pve",
  address: ADDRESS.host,
  netns: HOST_NETNS,
  ports: PORTS,
  wire: "wire",
  directory: paths.lab,
  binds: BINDS,
};

/** Where nodes of a cluster keep its configuration, on the disk of the first one. */
export const CLUSTER = join(rootOf(HOST), "etc/pve");

/** A directory that both nodes have, as of a file server. */
export const SHARED_STORAGE = "mnt/pve/shared";

/** A second node, in a cluster with the first; in its view of the cluster the own guests are its own. */
export const SECOND: LabNode = {
  name: "pve2",
  address: ADDRESS.second,
  netns: `${HOST_NETNS}2`,
  ports: [
    { name: "eno1", mac: "68:05:ca:02:00:01", segment: "admin", plugged: true },
    { name: "enp1s0f0", mac: "68:05:ca:02:01:00", segment: "wan", plugged: true },
  ],
  wire: "wire2",
  directory: join(paths.lab, "second"),
  binds: [
    ...BINDS,
    `--bind=${CLUSTER}:/etc/pve`,
    `--bind=${CLUSTER}/qemu-server:/etc/pve/nodes/${HOST.name}/qemu-server`,
    `--bind=${CLUSTER}/nodes/pve2/qemu-server:/etc/pve/qemu-server`,
    `--bind=${join(rootOf(HOST), SHARED_STORAGE)}:/${SHARED_STORAGE}`,
  ],
};

/** Every node that the lab may have. */
export const NODES = [HOST, SECOND];

/** A node's root file system while it is up. */
export function rootOf({ directory }: LabNode): string {
  return join(directory, "root");
}
