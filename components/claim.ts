import type * as pulumi from "@pulumi/pulumi";
import { type Claim, renderClaim, renderRelease } from "../agent/claim";
import { configIdIssues } from "../net/proxmox-id";
import { runOnNode } from "./node-shell";
import type { ProxmoxNodeArgs } from "./proxmox-node";

/** Hooks that make the creation of a Proxmox object safe to interrupt and to repeat. */
export function claimHooks(node: ProxmoxNodeArgs, claim: Claim): pulumi.ResourceHookBinding {
  return {
    beforeCreate: [
      async ({ urn, newInputs }) => {
        const wanted = claim.kind === "vm" ? { ...claim, mappings: mappingsOf(newInputs) } : claim;
        await runOnNode(node, renderClaim(wanted, urn));
      },
    ],
    afterCreate: [
      async ({ urn }) => {
        await runOnNode(node, renderRelease(urn));
      },
    ],
  };
}

/** The PCI mappings of a guest, which are known by the time it is made; Proxmox refuses other text. */
function mappingsOf(inputs: unknown): string[] {
  const { hostpcis = [] } = inputs as { hostpcis?: { mapping?: string }[] };
  return hostpcis
    .flatMap(({ mapping }) => mapping ?? [])
    .filter((mapping) => configIdIssues("mapping", mapping).length === 0);
}
