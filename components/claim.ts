import type * as pulumi from "@pulumi/pulumi";
import { type Claim, renderClaim, renderRelease } from "../agent/claim";
import { runOnNode } from "./node-shell";
import type { ProxmoxNodeArgs } from "./proxmox-node";

/** Hooks that make the creation of a Proxmox object safe to interrupt and to repeat. */
export function claimHooks(node: ProxmoxNodeArgs, claim: Claim): pulumi.ResourceHookBinding {
  return {
    beforeCreate: [
      async ({ urn }) => {
        await runOnNode(node, renderClaim(claim, urn));
      },
    ],
    afterCreate: [
      async ({ urn }) => {
        await runOnNode(node, renderRelease(urn));
      },
    ],
  };
}
