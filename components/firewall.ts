import * as pulumi from "@pulumi/pulumi";
import { filterOperations } from "../agent/guest";
import { proxyOperations } from "../agent/host";
import { coexistence } from "../net/coexistence";
import { expectationIssues } from "../net/expect";
import type { TcpProxies } from "../net/haproxy";
import { interfaceNameIssues } from "../net/names";
import { renderRuleset } from "../net/nftables";
import type { FirewallPolicy } from "../net/policy";
import { parsePolicy } from "../net/policy-issues";
import { openProxies, proxyIssues } from "../net/policy-proxies";
import { configIdIssues } from "../net/proxmox-id";
import { lockoutIssues } from "../net/policy-lockout";
import { lift, plainName, refuse } from "./input";
import { confirmTimeoutIssues, machineChange } from "./machine-change";
import { resolved } from "./resolved";
import type { MachineConnection } from "./proxmox-node";

// The port that every later change comes in by.
const SSH = 22;

/** Arguments of a `Firewall`. */
export interface FirewallArgs {
  /** How to reach the machine: `connection` of a `RouterVm`, or of a `VmBridge` for its host. */
  connection: pulumi.Input<MachineConnection>;
  /** What the machine lets through. Checked before anything is deployed. */
  policy: pulumi.Input<FirewallPolicy>;
  /**
   * TCP ports of the machine that another one answers, in whichever family either has, by a haproxy on
   * the machine; open from every zone.
   * @default none
   */
  proxy?: pulumi.Input<TcpProxies>;
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
  /**
   * Interfaces whose default route comes by router advertisement (IPv6); it stays although the
   * machine forwards.
   * @default none
   */
  acceptRouterAdvertisements?: string[];
  /**
   * Interfaces that forward IPv4. IPv6 has one switch for the whole machine.
   * @default all of the machine
   */
  forwarding?: string[];
  /**
   * Time for a new connection to confirm a change, in seconds, 30 to 3600; without one the
   * machine goes back.
   * @default 120
   */
  confirmTimeout?: number;
  /**
   * Whether each preview compares the machine with what was confirmed there, so that it shows what
   * somebody has changed by hand and `up` puts it right.
   * @default false
   */
  detectDrift?: boolean;
}

/** The packet filter of one machine, a router guest or a host, and the forwarding it guards. */
export class Firewall extends pulumi.ComponentResource {
  /** The nftables script in force. */
  readonly ruleset: pulumi.Output<string>;

  constructor(name: string, args: FirewallArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-router:index:Firewall", plainName(name), {}, opts);

    const { connection, policy, proxy = { proxies: [] }, expect = [], allowLockout = false } = args;
    const { confirmTimeout, detectDrift, acceptRouterAdvertisements: advertised = [] } = args;
    const { forwarding } = args;
    refuse(this, "firewall", [
      ...configIdIssues("name", name),
      ...confirmTimeoutIssues(confirmTimeout),
      ...advertised.flatMap((one, i) =>
        interfaceNameIssues(`acceptRouterAdvertisements[${i}]`, one),
      ),
      ...(forwarding ?? []).flatMap((one, i) => interfaceNameIssues(`forwarding[${i}]`, one)),
    ]);
    const ruleset = pulumi.output(
      lift(policy, (given) =>
        lift(proxy, (proxies) => {
          const { value, issues } = parsePolicy(given);
          refuse(this, "firewall policy", issues);
          if (!value) return "";
          refuse(this, "TCP proxies", proxyIssues("proxy", proxies, value));
          const plain = openProxies(value, proxies);
          // A policy without issues is one that packets can be tried on.
          refuse(this, "firewall policy", [
            ...expectationIssues(plain, expect),
            ...(allowLockout ? [] : lockoutIssues(plain, [SSH])),
          ]);
          return renderRuleset(plain);
        }),
      ),
    );

    const filter = machineChange(
      `${name}-filter`,
      {
        connection,
        operations: pulumi
          .all([ruleset, proxy])
          .apply(([text, proxies]) => [
            ...proxyOperations(proxies),
            ...filterOperations(text, advertised, forwarding),
          ]),
        confirmSeconds: confirmTimeout,
        detectDrift,
        onSurvey: (lines) => this.warnOf(lines, policy),
      },
      { parent: this, ...(opts?.deletedWith && { deletedWith: opts.deletedWith }) },
    );

    // Only what is in force is an output: it waits for the machine.
    this.ruleset = pulumi.all([ruleset, filter.id]).apply(([text]) => text);
    this.registerOutputs({ ruleset: this.ruleset });
  }

  /** Say what the others that own packets on the machine do to the policy. */
  private async warnOf(survey: readonly string[], policy: pulumi.Input<FirewallPolicy>) {
    const { value } = parsePolicy(await resolved(pulumi.output(policy)));
    for (const sentence of value ? coexistence(survey, value) : [])
      await pulumi.log.warn(sentence, this);
  }
}
