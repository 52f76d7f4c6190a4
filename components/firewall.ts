import * as pulumi from "@pulumi/pulumi";
import { FIREWALL_UNIT, firewallFiles, stagedRuleset } from "../net/guest";
import type { FirewallPolicy } from "../net/policy";
import { policyIssues } from "../net/policy-issues";
import { lift, refuse } from "./input";
import type { RouterConnection } from "./proxmox-node";
import { sliceCommand } from "./slice-command";

/** Arguments of a `Firewall`. */
export interface FirewallArgs {
  /** How to reach the guest: `connection` of its `RouterVm`. */
  connection: pulumi.Input<RouterConnection>;
  /** What the router lets through. Checked before anything is deployed. */
  policy: pulumi.Input<FirewallPolicy>;
}

/** The packet filter of one router guest, and the forwarding it guards. */
export class Firewall extends pulumi.ComponentResource {
  /** The nftables script in force. */
  readonly ruleset: pulumi.Output<string>;

  constructor(name: string, args: FirewallArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-router:index:Firewall", name, {}, opts);

    const { connection, policy } = args;
    const files = pulumi.output(
      lift(policy, (plain) => {
        refuse(this, "firewall policy", policyIssues(plain));
        return firewallFiles(plain);
      }),
    );

    const filter = sliceCommand(
      `${name}-filter`,
      {
        connection,
        slice: files.apply((plain) => ({
          id: name,
          files: plain,
          check: [`nft -c -f ${stagedRuleset}`],
          activate: [
            "systemctl daemon-reload",
            `systemctl enable --quiet ${FIREWALL_UNIT}`,
            `systemctl reload-or-restart ${FIREWALL_UNIT}`,
          ],
        })),
      },
      { parent: this, ...(opts?.deletedWith && { deletedWith: opts.deletedWith }) },
    );

    // Only what is in force is an output: it waits for the guest.
    this.ruleset = pulumi
      .all([files, filter.id])
      .apply(([plain]) => plain.find(({ path }) => path.endsWith(".nft"))?.text ?? "");
    this.registerOutputs({ ruleset: this.ruleset });
  }
}
