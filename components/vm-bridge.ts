import * as proxmoxve from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import { interfaceNameIssues } from "../net/names";
import { bridgeNameIssues } from "../net/proxmox-id";
import { plainName, refuse } from "./input";
import { confirmTimeoutIssues, machineChange } from "./machine-change";
import { nodeConnection, nodeIssues, type ProxmoxNodeArgs } from "./proxmox-node";

/** Arguments of a `VmBridge`. */
export interface VmBridgeArgs {
  /** The node that gets the bridge. */
  node: ProxmoxNodeArgs;
  /** Name of the bridge on the host, such as `vmbr1`. */
  bridgeName: string;
  /**
   * Devices of the host that belong to the bridge. What the host is reached by is refused.
   * @default none: the bridge joins guests and nothing else
   */
  ports?: string[];
  /**
   * Note shown beside it in Proxmox.
   * @default the component's name
   */
  comment?: string;
  /**
   * Whether a port may be what the host is reached by. Nobody can try that out for you: the host goes
   * back unless it answers afterwards.
   * @default false
   */
  allowManagementChange?: boolean;
  /**
   * Time for a new connection to confirm a change, in seconds, 30 to 3600; without one the host goes
   * back.
   * @default 120
   */
  confirmTimeout?: number;
  /**
   * Whether each preview compares the host with what was confirmed there, so that it shows what
   * somebody has changed by hand and `up` puts it right.
   * @default false
   */
  detectDrift?: boolean;
}

/**
 * A host bridge for guests, isolated: without an address of the host, and without a port unless one
 * is declared.
 *
 * Proxmox reloads the whole network of the host with each change of a bridge. The change agent
 * watches over that: the host keeps it only if a new connection confirms it.
 */
export class VmBridge extends pulumi.ComponentResource {
  /** Name of the bridge on the host; guests are attached to it once it is confirmed. */
  readonly bridgeName: pulumi.Output<string>;

  constructor(name: string, args: VmBridgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-router:index:VmBridge", plainName(name), {}, opts);

    const { node, bridgeName, ports = [], comment = name, allowManagementChange = false } = args;
    const { confirmTimeout, detectDrift } = args;
    refuse(this, "bridge", [
      ...nodeIssues(node),
      ...bridgeNameIssues("bridgeName", bridgeName),
      ...ports.flatMap((port, i) => interfaceNameIssues(`ports[${i}]`, port)),
      ...confirmTimeoutIssues(confirmTimeout),
    ]);

    const declared = { nodeName: node.name, name: bridgeName, ports, comment, autostart: true };
    // Another name makes another bridge, each under its own protection, instead of replacing one.
    const base = name.endsWith(bridgeName) ? name : `${name}-${bridgeName}`;
    const kept = machineChange(
      `${base}-network`,
      {
        connection: nodeConnection(node),
        operations: [
          { kind: "bridge", name: bridgeName, ports, free: allowManagementChange, declared },
        ],
        confirmSeconds: confirmTimeout,
        detectDrift,
        object: (around) => new proxmoxve.network.linux.Bridge(`${base}-bridge`, declared, around),
      },
      { parent: this },
    );

    this.bridgeName = kept.id.apply(() => bridgeName);
    this.registerOutputs({ bridgeName: this.bridgeName });
  }
}
