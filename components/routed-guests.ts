import * as pulumi from "@pulumi/pulumi";
import { tapOperations } from "../agent/taps";
import { type RoutedNetwork, routedNetworkIssues } from "../net/tap-guests";
import { plainName, refuse } from "./input";
import { confirmTimeoutIssues, machineChange } from "./machine-change";
import type { MachineConnection } from "./proxmox-node";

/** Arguments of `RoutedGuests`. */
export interface RoutedGuestsArgs extends RoutedNetwork {
  /** How to reach the host: `connection` of a `VmBridge`. */
  connection: pulumi.Input<MachineConnection>;
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
 * Guests that share no link with anybody: each has one address of each family, and the host a route
 * to it over the guest's own interface. Routes follow the guests as they start and stop.
 */
export class RoutedGuests extends pulumi.ComponentResource {
  /** Addresses of the guests by name, once they are led there. */
  readonly addresses: pulumi.Output<Record<string, string[]>>;

  constructor(name: string, args: RoutedGuestsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-router:index:RoutedGuests", plainName(name), {}, opts);

    const { connection, confirmTimeout, detectDrift, ...network } = args;
    refuse(this, "routed guests", [
      ...routedNetworkIssues(network),
      ...confirmTimeoutIssues(confirmTimeout),
    ]);
    const routes = machineChange(
      `${name}-routes`,
      {
        connection,
        operations: tapOperations(network),
        confirmSeconds: confirmTimeout,
        detectDrift,
      },
      { parent: this },
    );

    this.addresses = routes.id.apply(() =>
      Object.fromEntries(
        network.guests.map(({ name: guest, address, address6 }) => [
          guest,
          [address, ...(address6 === undefined ? [] : [address6])],
        ]),
      ),
    );
    this.registerOutputs({ addresses: this.addresses });
  }
}
