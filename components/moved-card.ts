import * as proxmoxve from "@muhlba91/pulumi-proxmoxve";
import type * as pulumi from "@pulumi/pulumi";
import { askAgain } from "./ask-again";

/**
 * A trigger for the look-up of that name, which has it run again once Proxmox says that one of the
 * mappings made of it does not fit what is in the node: a card was moved to another slot, or the
 * buses are numbered anew. Proxmox's API is asked, nobody logs in.
 */
export const movedCard = (
  parent: pulumi.Resource,
  lookup: string,
  node: string,
  mappings: readonly string[],
): pulumi.Output<string> =>
  askAgain(parent, lookup, node, async () => {
    if (mappings.length === 0) return undefined;
    const { checks } = await proxmoxve.hardware.getMappings(
      { type: "pci", checkNode: node },
      { parent },
    );
    const wrong = checks.filter(
      ({ severity, mappingId }) => severity === "error" && mappings.includes(mappingId),
    );
    return (
      wrong.map(({ mappingId, message }) => `${mappingId}: ${message}`).join("\n") || undefined
    );
  });
