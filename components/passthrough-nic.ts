import * as proxmoxve from "@muhlba91/pulumi-proxmoxve";
import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { findPciDevice, renderPciLookup } from "../agent/pci-lookup";
import { pciCardIssues } from "../net/pci";
import { configIdIssues } from "../net/proxmox-id";
import { claimHooks } from "./claim";
import { plainName, refuse } from "./input";
import { nodeIssues, onNode, type ProxmoxNodeArgs } from "./proxmox-node";

/** Arguments of a `PassthroughNic`. */
export interface PassthroughNicArgs {
  /** The node that holds the card. */
  node: ProxmoxNodeArgs;
  /**
   * Name of the mapping in Proxmox, by which a guest asks for the card.
   * @default the component's name
   */
  mapping?: string;
  /** PCI address: `0000:01:00` for a whole card, `0000:01:00.0` for one function. */
  path: string;
}

/** A network card that a guest gets as a whole, under a name that needs no rights of root. */
export class PassthroughNic extends pulumi.ComponentResource {
  /** Name of the mapping; guests that use it start after it exists. */
  readonly mapping: pulumi.Output<string>;

  constructor(name: string, args: PassthroughNicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-router:index:PassthroughNic", plainName(name), {}, opts);

    const { node, mapping = name, path } = args;
    refuse(this, "passed-through NIC", [
      ...nodeIssues(node),
      ...configIdIssues("mapping", mapping),
      ...pciCardIssues("path", path),
    ]);

    // Proxmox starts no guest on a mapping whose ids differ from what is in the slot.
    const lookup = new remote.Command(
      `${name}-lookup`,
      {
        connection: onNode(node),
        create: "sh -s",
        stdin: renderPciLookup(node.name),
        triggers: [path],
        logging: remote.Logging.None,
        addPreviousOutputInEnv: false,
      },
      { parent: this },
    );
    const device = lookup.stdout.apply((listing) => findPciDevice(listing, path));

    const pci = new proxmoxve.hardware.mapping.Pci(
      `${name}-mapping`,
      {
        name: mapping,
        comment: name,
        maps: [
          {
            node: node.name,
            path,
            id: device.id,
            subsystemId: device.subsystemId,
            iommuGroup: device.iommuGroup,
          },
        ],
      },
      {
        parent: this,
        hooks: claimHooks(node, { kind: "mapping", id: mapping }),
        // One name can not be held twice.
        deleteBeforeReplace: true,
      },
    );

    this.mapping = pci.name;
    this.registerOutputs({ mapping: this.mapping });
  }
}
