import * as proxmoxve from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import { bridgeNameIssues } from "../net/proxmox-id";
import { claimHooks } from "./claim";
import { plainName, refuse } from "./input";
import { nodeIssues, type ProxmoxNodeArgs } from "./proxmox-node";

/** Arguments of a `VmBridge`. */
export interface VmBridgeArgs {
  /** The node that gets the bridge. */
  node: ProxmoxNodeArgs;
  /** Name of the bridge on the host, such as `vmbr1`. */
  bridgeName: string;
  /**
   * Note shown beside it in Proxmox.
   * @default the component's name
   */
  comment?: pulumi.Input<string>;
}

/**
 * A host bridge that joins guests and nothing else: isolated, with no address and no port of the host.
 *
 * A mistake in it can therefore not cut the host off.
 */
export class VmBridge extends pulumi.ComponentResource {
  /** Name of the bridge on the host; guests are attached to it once it exists. */
  readonly bridgeName: pulumi.Output<string>;

  constructor(name: string, args: VmBridgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-router:index:VmBridge", plainName(name), {}, opts);

    const { node, bridgeName, comment = name } = args;
    refuse(this, "bridge", [...nodeIssues(node), ...bridgeNameIssues("bridgeName", bridgeName)]);

    const bridge = new proxmoxve.network.linux.Bridge(
      `${name}-bridge`,
      { nodeName: node.name, name: bridgeName, comment, autostart: true },
      {
        parent: this,
        hooks: claimHooks(node, { kind: "bridge", node: node.name, name: bridgeName }),
        // One name can not be held twice.
        deleteBeforeReplace: true,
      },
    );

    this.bridgeName = bridge.name;
    this.registerOutputs({ bridgeName: this.bridgeName });
  }
}
