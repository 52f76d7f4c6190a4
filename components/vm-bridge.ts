import * as proxmoxve from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import { bridgeOperations } from "../agent/host";
import { BridgeMode, bridgeModeIssues } from "../net/bridge-mode";
import {
  bridgeMode,
  type HostBridgeArgs,
  hostBridgeFilter,
  hostBridgeIssues,
  hostBridgeMac,
  isAddressed,
} from "../net/host-bridge";
import { uplinkIssues } from "../net/host-uplink";
import { type RoutedGuest, routedGuestIssues } from "../net/routed-guest";
import { takePorts } from "./declared-ports";
import { inOrder } from "./host-order";
import { lift, plainName, refuse } from "./input";
import { confirmTimeoutIssues, machineChange } from "./machine-change";
import {
  type MachineConnection,
  nodeConnection,
  nodeIssues,
  type ProxmoxNodeArgs,
} from "./proxmox-node";

/** Arguments of a `VmBridge`. */
export interface VmBridgeArgs extends HostBridgeArgs {
  /** The node that gets the bridge. */
  node: ProxmoxNodeArgs;
  /**
   * Addresses of guests beside the bridge's own networks, or within them: from a network that is routed to
   * the host, or from one of an uplink, where the host answers for them.
   * @default none
   */
  routedGuests?: pulumi.Input<RoutedGuest[]>;
  /**
   * Note shown beside it in Proxmox.
   * @default the component's name
   */
  comment?: string;
  /**
   * Whether a port may be what the host is reached by; the bridge takes over what it has then. Nobody
   * can try that out for you: the host goes back unless it answers afterwards.
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
 * A host bridge for guests: joined with nothing else unless a port is declared, and isolated unless
 * the host has an address on it.
 *
 * Proxmox reloads the whole network of the host with each change of a bridge. The change agent
 * watches over that: the host keeps it only if a new connection confirms it.
 */
export class VmBridge extends pulumi.ComponentResource {
  /** Name of the bridge on the host; guests are attached to it once it is confirmed. */
  readonly bridgeName: pulumi.Output<string>;
  /** How other components reach the host; available once the bridge is confirmed. */
  readonly connection: pulumi.Output<MachineConnection>;

  constructor(name: string, args: VmBridgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-router:index:VmBridge", plainName(name), {}, opts);

    const { node, bridgeName, ports = [], addresses = [], gateways = [], mtu, vlanAware } = args;
    const { dhcp, services, routedGuests = [], stp, forwardDelay } = args;
    const { comment = name, allowManagementChange = false, confirmTimeout, detectDrift } = args;
    refuse(this, "bridge", [
      ...nodeIssues(node),
      ...hostBridgeIssues(args),
      ...uplinkIssues({ ...args, allowed: allowManagementChange }),
      ...takePorts(node.name, bridgeName, ports),
      ...confirmTimeoutIssues(confirmTimeout),
    ]);

    const mode = bridgeMode(args);
    const led = lift(routedGuests, (guests) => {
      refuse(this, "bridge", [
        ...routedGuestIssues("routedGuests", guests),
        ...(guests.length > 0 ? bridgeModeIssues(mode, isAddressed(args), true) : []),
      ]);
      return guests;
    });
    const declared = {
      nodeName: node.name,
      name: bridgeName,
      ports,
      address: addresses.find((text) => !text.includes(":")),
      address6: addresses.find((text) => text.includes(":")),
      gateway: gateways.find((text) => !text.includes(":")),
      gateway6: gateways.find((text) => text.includes(":")),
      mtu,
      vlanAware,
      comment,
      autostart: true,
    };
    // Another name makes another bridge, each under its own protection, instead of replacing one.
    const base = name.endsWith(bridgeName) ? name : `${name}-${bridgeName}`;
    const kept = inOrder(node.name, (before) =>
      machineChange(
        `${base}-network`,
        {
          connection: nodeConnection(node),
          node: node.name,
          operations: pulumi.output(led).apply((guests) =>
            bridgeOperations({
              name: bridgeName,
              ports,
              isolated: mode === BridgeMode.Isolated,
              addresses,
              gateways,
              dhcp,
              free: allowManagementChange,
              declared,
              mac: hostBridgeMac(node.name, args),
              stp,
              forwardDelay,
              filter: hostBridgeFilter(args),
              services,
              routedGuests: guests,
            }),
          ),
          confirmSeconds: confirmTimeout,
          detectDrift,
          object: (around) =>
            new proxmoxve.network.linux.Bridge(`${base}-bridge`, declared, around),
        },
        { parent: this, dependsOn: before },
      ),
    );

    this.bridgeName = kept.id.apply(() => bridgeName);
    this.connection = pulumi.all([nodeConnection(node), kept.id]).apply(([host]) => host);
    this.registerOutputs({ bridgeName: this.bridgeName, connection: this.connection });
  }
}
