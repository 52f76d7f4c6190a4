import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import {
  KERNEL_LOOKUP,
  kernelLookup,
  kernelOperations,
  parseKernelState,
} from "../agent/host-kernel";
import { execute } from "../agent/ssh";
import { shapeIssues } from "../net/shape";
import { inOrder } from "./host-order";
import { plainName, refuse } from "./input";
import { confirmTimeoutIssues, machineChange } from "./machine-change";
import { nodeConnection, nodeIssues, onNode, type ProxmoxNodeArgs } from "./proxmox-node";
import { askAgain } from "./ask-again";

const ASK_MS = 60_000;

/** Arguments of a `HostKernel`. */
export interface HostKernelArgs {
  /** The node whose kernel it is. */
  node: ProxmoxNodeArgs;
  /**
   * Whether the kernel numbers the PCI buses itself, for firmware that leaves no numbers to virtual
   * functions. Every PCI address may become another one at the next start; cards keep their names.
   * @default false
   */
  assignBusses?: boolean;
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
 * What a host's kernel is started with so that guests can be given its cards: the IOMMU and VFIO.
 *
 * Nothing restarts the host: `rebootRequired` says that somebody has to.
 */
export class HostKernel extends pulumi.ComponentResource {
  /** Whether the host has to be restarted before all of it is in force. */
  readonly rebootRequired: pulumi.Output<boolean>;
  /** What is left to do, and why; empty if nothing is. */
  readonly reason: pulumi.Output<string>;
  /** Whether the running kernel has an IOMMU, without which no guest gets a card. */
  readonly iommu: pulumi.Output<boolean>;

  constructor(name: string, args: HostKernelArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-router:index:HostKernel", plainName(name), {}, opts);

    const { node, assignBusses = false, confirmTimeout, detectDrift } = args;
    refuse(this, "host kernel", [
      ...nodeIssues(node),
      ...shapeIssues("assignBusses", assignBusses, "flag"),
      ...confirmTimeoutIssues(confirmTimeout),
    ]);

    const record = inOrder(node.name, (before) =>
      machineChange(
        `${name}-boot`,
        {
          connection: nodeConnection(node),
          operations: kernelOperations(assignBusses),
          confirmSeconds: confirmTimeout,
          detectDrift,
        },
        { parent: this, dependsOn: before },
      ),
    );
    const question = { command: kernelLookup(assignBusses), stdin: KERNEL_LOOKUP };
    const lookup = new remote.Command(
      `${name}-state`,
      {
        connection: onNode(node),
        create: question.command,
        stdin: question.stdin,
        triggers: [
          record.stdin,
          askAgain(this, `${name}-state`, nodeConnection(node), async (printed, target) => {
            // Only somebody at the host changes what is left to do.
            if (parseKernelState(printed).reason === "") return undefined;
            const { status, stdout } = await execute(target, question, { runMs: ASK_MS });
            return status === 0 && stdout.trim() !== printed.trim() ? stdout : undefined;
          }),
        ],
        logging: remote.Logging.None,
        addPreviousOutputInEnv: false,
      },
      { parent: this },
    );
    const state = lookup.stdout.apply(parseKernelState);

    this.rebootRequired = state.rebootRequired;
    this.reason = state.reason;
    this.iommu = state.iommu;
    this.registerOutputs({
      rebootRequired: this.rebootRequired,
      reason: this.reason,
      iommu: this.iommu,
    });
  }
}
