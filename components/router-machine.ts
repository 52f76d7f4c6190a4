import * as proxmoxve from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import type { RouterInterface } from "../net/router-network";
import { routerDisk, routerHardware, routerOptions } from "./router-hardware";
import type { RouterVmArgs } from "./router-vm-args";

/** File name of one cloud-init snippet; unique among the stacks that share a node. */
export const snippetName = (name: string, kind: "network" | "vendor") =>
  `${pulumi.getProject()}-${pulumi.getStack()}-${name}-${kind}.yaml`;

/** The guest of a router: cloned, named by MAC at its first boot, started with its host. */
export function routerMachine(
  name: string,
  args: RouterVmArgs,
  interfaces: readonly RouterInterface[],
  opts: pulumi.CustomResourceOptions,
): proxmoxve.VmLegacy {
  const { template = 9000, datastore = "local-lvm", snippets = "local" } = args;
  const { memory = 1024, diskSize = 8, authorizedKeys = [] } = args;

  return new proxmoxve.VmLegacy(
    `${name}-vm`,
    {
      ...routerHardware(name, args, interfaces),
      clone: { vmId: template, full: true, datastoreId: datastore },
      memory: { dedicated: memory },
      disks: [routerDisk(datastore, diskSize)],
      bootOrders: ["scsi0"],
      // The provider adds a CD-ROM on ide3 of its own, with which q35 does not start.
      cdrom: { fileId: "none", interface: "ide0" },
      vga: { type: "serial0" },
      operatingSystem: { type: "l26" },
      // Its addresses are read over the hypervisor once the first boot is over.
      agent: { enabled: true, waitForIp: { disabled: true } },
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
    pulumi.mergeOptions(opts, routerOptions(args, { template, datastore, diskSize })),
  );
}
