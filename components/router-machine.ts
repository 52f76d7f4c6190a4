import * as proxmoxve from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import type { RouterInterface } from "../net/router-network";
import { claimHooks } from "./claim";
import type { RouterVmArgs } from "./router-vm";

/** File name of one cloud-init snippet; unique among the stacks that share a node. */
export const snippetName = (name: string, kind: "network" | "vendor") =>
  `${pulumi.getProject()}-${pulumi.getStack()}-${name}-${kind}.yaml`;

/** The guest of a router: cloned, named by MAC at its first boot, started with its host. */
export function routerMachine(
  name: string,
  args: RouterVmArgs,
  interfaces: RouterInterface[],
  opts: pulumi.CustomResourceOptions,
): proxmoxve.VmLegacy {
  const { node, vmId, template = 9000, datastore = "local-lvm", snippets = "local" } = args;
  const { cores = 2, memory = 1024, diskSize = 8, pciMappings = [], authorizedKeys } = args;
  const bridges = args.interfaces.flatMap(({ bridge }, i) =>
    bridge === undefined ? [] : [{ bridge, mac: interfaces[i]?.mac.toUpperCase() ?? "" }],
  );

  return new proxmoxve.VmLegacy(
    `${name}-vm`,
    {
      nodeName: node.name,
      vmId,
      name,
      description: `Router of the Pulumi stack ${pulumi.getProject()}/${pulumi.getStack()}`,
      tags: ["proxmox-router"],
      clone: { vmId: template, full: true, datastoreId: datastore },
      machine: "q35",
      onBoot: true,
      startup: { order: 1 },
      cpu: { cores, type: "host" },
      memory: { dedicated: memory },
      scsiHardware: "virtio-scsi-single",
      disks: [
        {
          interface: "scsi0",
          datastoreId: datastore,
          size: diskSize,
          iothread: true,
          discard: "on",
        },
      ],
      bootOrders: ["scsi0"],
      // The provider adds a CD-ROM on ide3 of its own, with which q35 does not start.
      cdrom: { fileId: "none", interface: "ide0" },
      serialDevices: [{}],
      vga: { type: "serial0" },
      operatingSystem: { type: "l26" },
      networkDevices: bridges.map(({ bridge, mac }) => ({
        bridge,
        macAddress: mac,
        model: "virtio",
        firewall: false,
      })),
      hostpcis: pciMappings.map((mapping, i) => ({
        device: `hostpci${i}`,
        mapping,
        pcie: true,
        rombar: true,
      })),
      // Its addresses are read over the hypervisor once the first boot is over.
      agent: { enabled: true, waitForIp: { disabled: true } },
      stopOnDestroy: true,
      initialization: {
        datastoreId: datastore,
        interface: "ide2",
        upgrade: false,
        userAccount: { username: "root", keys: authorizedKeys },
        // Plain names: another content must not replace the guest.
        networkDataFileId: `${snippets}:snippets/${snippetName(name, "network")}`,
        vendorDataFileId: `${snippets}:snippets/${snippetName(name, "vendor")}`,
      },
    },
    {
      ...opts,
      hooks: claimHooks(node, { kind: "vm", vmId, template, datastore, diskSize }),
      // The provider reports a change of speed that nobody made.
      ignoreChanges: ["disks[0].speed"],
      // One id, one disk name and one card can not be held twice.
      deleteBeforeReplace: true,
    },
  );
}
