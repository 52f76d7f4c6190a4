import * as proxmoxve from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import { quote } from "../net/issues";
import { claimHooks } from "./claim";
import { refuse } from "./input";
import type { ProxmoxNodeArgs } from "./proxmox-node";

/** How far the network of a bridge reaches. */
export const VmBridgeMode = { Isolated: "isolated" } as const;
/** How far the network of a bridge reaches; `isolated` joins its guests and nothing else. */
export type VmBridgeMode = (typeof VmBridgeMode)[keyof typeof VmBridgeMode];

/** Arguments of a `VmBridge`. */
export interface VmBridgeArgs {
  /** The node that gets the bridge. */
  node: ProxmoxNodeArgs;
  /** Name of the bridge on the host, such as `vmbr1`. */
  bridgeName: string;
  /**
   * How far its network reaches.
   * @default "isolated"
   */
  mode?: VmBridgeMode;
  /**
   * Note shown beside it in Proxmox.
   * @default the component's name
   */
  comment?: pulumi.Input<string>;
}

/** A host bridge for guests. It has no port of the host, so that a mistake can not cut the host off. */
export class VmBridge extends pulumi.ComponentResource {
  /** Name of the bridge on the host; guests are attached to it once it exists. */
  readonly bridgeName: pulumi.Output<string>;

  constructor(name: string, args: VmBridgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-router:index:VmBridge", name, {}, opts);

    const { node, bridgeName, mode = VmBridgeMode.Isolated, comment = name } = args;
    refuse(this, "bridge", bridgeIssues(bridgeName, mode));

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

const bridgeIssues = (bridgeName: string, mode: string) => [
  ...(/^vmbr(0|[1-9]\d{0,3})$/.test(bridgeName)
    ? []
    : [`bridgeName: got ${quote(bridgeName)}; expected vmbr followed by a number up to 9999`]),
  ...(mode === VmBridgeMode.Isolated ? [] : [`mode: got ${quote(mode)}; expected isolated`]),
];
