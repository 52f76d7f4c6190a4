import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { sha256 } from "../agent/agent";
import { parseIpv6Probe, renderIpv6Probe } from "../agent/ipv6-probe";
import { explain, type Ipv6Mode, modeFor } from "../net/ipv6-mode";
import { ipv6ProbeIssues, PROBE_TARGETS } from "../net/ipv6-probe-issues";
import { plainName, refuse } from "./input";
import { nodeIssues, onNode, type ProxmoxNodeArgs } from "./proxmox-node";

/** Arguments of an `Ipv6Probe`. */
export interface Ipv6ProbeArgs {
  /** The node whose provider it is about. */
  node: ProxmoxNodeArgs;
  /** Interface of the node towards the provider. */
  uplink: string;
  /** The IPv6 network that guests are to have addresses from, such as `2001:db8:8:5688::/64`. */
  network: string;
  /**
   * IPv6 addresses outside that answer pings. The first that answers the node is asked; the next
   * router, if none does.
   * @default two public name servers
   */
  targets?: string[];
  /**
   * Asks again when it is changed, to whatever text.
   * @default ""
   */
  again?: string;
}

/**
 * What a provider does with IPv6 addresses of guests, found out once, by packets, and then kept.
 *
 * The node borrows two addresses of the network for some seconds. Nothing is asked during a preview.
 */
export class Ipv6Probe extends pulumi.ComponentResource {
  /** What fits the provider best. */
  readonly mode: pulumi.Output<Ipv6Mode>;
  /** What was tried and what answered, in a sentence. */
  readonly reason: pulumi.Output<string>;

  constructor(name: string, args: Ipv6ProbeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-router:index:Ipv6Probe", plainName(name), {}, opts);

    const { node, uplink, network, targets = PROBE_TARGETS, again = "" } = args;
    refuse(this, "IPv6 probe", [
      ...nodeIssues(node),
      ...ipv6ProbeIssues({ uplink, network, targets }),
    ]);

    // Another question is another resource. The same one keeps its answer, whatever else it is that
    // would have a command run again: another key to log in with, or a newer script.
    const question = sha256([uplink, network, again].join("\n")).slice(0, 8);
    const probe = new remote.Command(
      `${name}-${question}-probe`,
      {
        connection: onNode(node),
        create: "sh -s",
        stdin: renderIpv6Probe({ uplink, network, targets }),
        logging: remote.Logging.None,
        addPreviousOutputInEnv: false,
      },
      { parent: this, ignoreChanges: ["connection", "create", "stdin"] },
    );
    const finding = probe.stdout.apply(parseIpv6Probe);

    this.mode = finding.apply(modeFor);
    this.reason = finding.apply((found) => explain({ uplink, network }, found));
    this.registerOutputs({ mode: this.mode, reason: this.reason });
  }
}
