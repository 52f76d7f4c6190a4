import * as proxmoxve from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import type { RouterInterface } from "../net/router-network";
import { routerDisk, routerHardware, routerOptions } from "./router-hardware";
import type { RouterApplianceArgs, RouterVmArgs } from "./router-vm-args";

/** A router that keeps its own network: its hardware, and what its disk is made from. */
export function routerAppliance(
  name: string,
  args: RouterVmArgs,
  { firmware = "uefi", iso = "none", image }: RouterApplianceArgs,
  interfaces: readonly RouterInterface[],
  opts: pulumi.CustomResourceOptions,
): proxmoxve.VmLegacy {
  const { template, datastore = "local-lvm", memory = 2048, diskSize = 16 } = args;

  return new proxmoxve.VmLegacy(
    `${name}-vm`,
    {
      ...routerHardware(name, args, interfaces),
      ...(template !== undefined && {
        clone: { vmId: template, full: true, datastoreId: datastore },
      }),
      ...(firmware === "uefi"
        ? {
            bios: "ovmf",
            // No BSD's loader is signed, so no keys are enrolled that would have it refused.
            efiDisk: { datastoreId: datastore, type: "4m", preEnrolledKeys: false },
          }
        : { bios: "seabios" }),
      memory: { dedicated: memory },
      disks: [{ ...routerDisk(datastore, diskSize), ...(image && { importFrom: image }) }],
      // An empty disk is passed over.
      bootOrders: ["scsi0", "ide0"],
      cdrom: { fileId: iso, interface: "ide0" },
      // The installers of some are on the screen, those of others on the serial port.
      vga: { type: "std" },
      operatingSystem: { type: "other" },
      agent: { enabled: false },
      // Without an agent the provider could only cut its power.
      rebootAfterUpdate: false,
    },
    pulumi.mergeOptions(opts, routerOptions(args, { template, datastore, diskSize })),
  );
}
