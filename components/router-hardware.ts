import type * as proxmoxve from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import type { RouterInterface } from "../net/router-network";
import { claimHooks } from "./claim";
import type { RouterVmArgs } from "./router-vm-args";

/** What is the same for every router, whatever runs in it. */
export function routerHardware(
  name: string,
  args: RouterVmArgs,
  interfaces: readonly RouterInterface[],
) {
  const { node, vmId, cores = 2, pciMappings = [], protection = false } = args;
  const { startAtBoot = true, startup = {} } = args;
  const bridges = args.interfaces.flatMap(({ bridge }, i) =>
    bridge === undefined ? [] : [{ bridge, mac: interfaces[i]?.mac.toUpperCase() ?? "" }],
  );
  return {
    nodeName: node.name,
    vmId,
    name,
    description: `Router of the Pulumi stack ${pulumi.getProject()}/${pulumi.getStack()}`,
    tags: ["proxmox-router"],
    machine: "q35",
    onBoot: startAtBoot,
    startup: { order: 1, ...startup },
    protection,
    cpu: { cores, type: "host" },
    scsiHardware: "virtio-scsi-single",
    serialDevices: [{}],
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
    stopOnDestroy: true,
  } satisfies proxmoxve.VmLegacyArgs;
}

/** The one disk of a router. */
export const routerDisk = (datastore: string, size: number) => ({
  interface: "scsi0",
  datastoreId: datastore,
  size,
  iothread: true,
  discard: "on",
});

/** What Pulumi is told of every router's guest. */
export const routerOptions = (
  { node, vmId, protection }: RouterVmArgs,
  { template, datastore, diskSize }: { template?: number; datastore: string; diskSize: number },
): pulumi.CustomResourceOptions => ({
  hooks: claimHooks(node, { kind: "vm", vmId, template, datastore, diskSize }),
  // The provider reports a change of speed that nobody made.
  ignoreChanges: ["disks[0].speed"],
  // One id, one disk name and one card can not be held twice.
  deleteBeforeReplace: true,
  // Proxmox refuses only once the guest is stopped.
  ...(protection && { protect: true }),
});
