import type * as pulumi from "@pulumi/pulumi";
import type { RouterAddressing } from "../net/router-network";
import type { PassthroughPort } from "./passthrough-nic";
import type { ProxmoxNodeArgs } from "./proxmox-node";

/** One NIC of a router and what it does: a virtual one on a bridge, or a port of a passed card. */
export interface RouterVmInterfaceArgs extends RouterAddressing {
  /** Name inside the guest, from its first boot on. */
  name: string;
  /**
   * Host bridge to attach a virtual NIC to.
   * @default none: the interface is a port of a passed-through card
   */
  bridge?: pulumi.Input<string>;
  /**
   * Ethernet address; of a port of a passed-through card this or `port`.
   * @default derived from stack, router and interface name
   */
  mac?: string;
  /**
   * Which of `ports` the interface is, from 0; its MAC is found by then.
   * @default none: the interface is known by its MAC
   */
  port?: number;
}

/** When a guest starts and stops among the others of its node. */
export interface RouterStartupArgs {
  /**
   * Place in the order, from 0; the lowest starts first and stops last.
   * @default 1
   */
  order?: pulumi.Input<number>;
  /**
   * Time until the next guest starts, in seconds.
   * @default the node's
   */
  upDelay?: pulumi.Input<number>;
  /**
   * Time until the next guest stops, in seconds.
   * @default the node's
   */
  downDelay?: pulumi.Input<number>;
}

/** A router's operating system that is not configured here. */
export const ApplianceOs = {
  Pfsense: "pfsense",
  Opnsense: "opnsense",
  Freebsd: "freebsd",
  Openbsd: "openbsd",
} as const;
/** A router's operating system that is not configured here. */
export type ApplianceOs = (typeof ApplianceOs)[keyof typeof ApplianceOs];

/** What a guest starts with. */
export const Firmware = { Uefi: "uefi", Bios: "bios" } as const;
/** What a guest starts with. */
export type Firmware = (typeof Firmware)[keyof typeof Firmware];

/** A router that keeps its own network: its hardware is declared, and nothing inside of it. */
export interface RouterApplianceArgs {
  /** Its operating system. */
  os: ApplianceOs;
  /**
   * What it starts with; a template's is to be the same.
   * @default "uefi"
   */
  firmware?: Firmware;
  /**
   * Installation medium, such as `local:iso/pfsense.iso`, from which it starts while its disk is
   * empty; `none` for an empty drive.
   * @default none: there is a template, or an image
   */
  iso?: pulumi.Input<string>;
  /**
   * Image that its disk is made from, such as `local:import/opnsense.qcow2`.
   * @default none: the disk is empty, or a template's
   */
  image?: pulumi.Input<string>;
}

/** Arguments of a `RouterVm`. */
export interface RouterVmArgs {
  /** The node that runs the guest. */
  node: ProxmoxNodeArgs;
  /** Id of the guest in Proxmox, 100 to 999999999. */
  vmId: number;
  /** Interfaces of the router, in the order of its virtual NICs. */
  interfaces: RouterVmInterfaceArgs[];
  /**
   * Name of the interface over which the router is administered.
   * @default required, unless it is an appliance
   */
  management?: string;
  /**
   * Public SSH keys that may log in as root.
   * @default required, unless it is an appliance
   */
  authorizedKeys?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Private key to log in with; one of the authorized keys.
   * @default the node's
   */
  privateKey?: pulumi.Input<string>;
  /**
   * PCI mappings passed through: `mapping` of a `PassthroughNic`, or of a function of an `SriovVfSet`.
   * @default none
   */
  pciMappings?: pulumi.Input<string>[];
  /**
   * Ports of all that is passed through: `ports` of a `PassthroughNic`, `functions` of an `SriovVfSet`.
   * @default none: interfaces name their MAC, which is not looked for on a card
   */
  ports?: pulumi.Input<PassthroughPort[]>;
  /**
   * A router that keeps its own network, such as pfSense or OPNsense, and what it is made of.
   * @default none: a Debian guest, which is configured
   */
  appliance?: RouterApplianceArgs;
  /**
   * Id of the template to clone; a Debian cloud image with qemu-guest-agent.
   * @default 9000; of an appliance none
   */
  template?: number;
  /**
   * Storage of the disk and of the cloud-init drive.
   * @default "local-lvm"
   */
  datastore?: string;
  /**
   * Directory storage of the cloud-init snippets.
   * @default "local"
   */
  snippets?: string;
  /**
   * Virtual processors.
   * @default 2
   */
  cores?: pulumi.Input<number>;
  /**
   * Memory in MiB.
   * @default 1024; of an appliance 2048
   */
  memory?: pulumi.Input<number>;
  /**
   * Size of the disk in GiB; not less than the template's, or the image's.
   * @default 8; of an appliance 16
   */
  diskSize?: number;
  /**
   * Whether the guest starts with its node.
   * @default true
   */
  startAtBoot?: pulumi.Input<boolean>;
  /**
   * When it starts and stops among the other guests of its node.
   * @default before those that have no place in the order
   */
  startup?: RouterStartupArgs;
  /**
   * Whether the guest and its disk can not be removed, neither here nor in Proxmox.
   * @default false
   */
  protection?: boolean;
  /**
   * Longest wait for the first boot, in seconds.
   * @default 600
   */
  bootTimeout?: number;
  /**
   * Time for a new connection to confirm a change of the network, in seconds, 30 to 3600; without
   * one the guest goes back.
   * @default 120
   */
  confirmTimeout?: number;
  /**
   * Whether each preview compares the guest's network with what was confirmed there, so that it
   * shows what somebody has changed by hand and `up` puts it right.
   * @default false
   */
  detectDrift?: boolean;
}
