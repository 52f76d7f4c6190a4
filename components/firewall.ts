import * as pulumi from "@pulumi/pulumi";
import { expectationIssues } from "../net/expect";
import { FIREWALL_UNIT, firewallFiles, stagedRuleset } from "../net/guest";
import type { FirewallPolicy } from "../net/policy";
import { parsePolicy } from "../net/policy-issues";
import { configIdIssues } from "../net/proxmox-id";
import { lockoutIssues } from "../net/policy-lockout";
import { lift, plainName, refuse } from "./input";
import type { RouterConnection } from "./proxmox-node";
import { sliceCommand } from "./slice-command";

// The port that every later change comes in by.
const SSH = 22;

/** Arguments of a `Firewall`. */
export interface FirewallArgs {
  /** How to reach the guest: `connection` of its `RouterVm`. */
  connection: pulumi.Input<RouterConnection>;
  /** What the router lets through. Checked before anything is deployed. */
  policy: pulumi.Input<FirewallPolicy>;
  /**
   * What must become of connections, such as
   * `from wan to 203.0.113.5:443 -> accept, arrives at 10.10.0.200:443`.
   * @default nothing is expected
   */
  expect?: string[];
  /**
   * Whether a policy is taken that shuts out a new connection to the management ports.
   * @default false
   */
  allowLockout?: boolean;
}

/** The packet filter of one router guest, and the forwarding it guards. */
export class Firewall extends pulumi.ComponentResource {
  /** The nftables script in force. */
  readonly ruleset: pulumi.Output<string>;

  constructor(name: string, args: FirewallArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-router:index:Firewall", plainName(name), {}, opts);

    const { connection, policy, expect = [], allowLockout = false } = args;
    refuse(this, "firewall", configIdIssues("name", name));
    const files = pulumi.output(
      lift(policy, (given) => {
        const { value: plain, issues } = parsePolicy(given);
        refuse(this, "firewall policy", issues);
        if (!plain) return [];
        // A policy without issues is one that packets can be tried on.
        refuse(this, "firewall policy", [
          ...expectationIssues(plain, expect),
          ...(allowLockout ? [] : lockoutIssues(plain, [SSH])),
        ]);
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
