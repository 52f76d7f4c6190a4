import type { ResourceTransform } from "@pulumi/pulumi";
import * as pulumi from "@pulumi/pulumi";
import { cardPlace, VF_LOOKUP } from "../agent/sriov";
import { execute } from "../agent/ssh";
import { nodeConnection, type ProxmoxNodeArgs } from "./proxmox-node";

/** What a look-up of virtual functions needs so that it runs again when their card has moved. */
interface PlaceInputs {
  /** One more of its triggers. */
  readonly trigger: pulumi.Output<string>;
  /** Keeps its triggers as they are where the host can not be asked. */
  readonly transform: ResourceTransform;
}

const KEEP = "as it was";

/** Look at where a card is whenever the program runs, previews too; a failure is a warning. */
export function watchPlace(
  node: ProxmoxNodeArgs,
  card: string,
  parent: pulumi.Resource,
): PlaceInputs {
  const call = { command: cardPlace(card), stdin: VF_LOOKUP };
  const trigger = pulumi.unsecret(pulumi.output(nodeConnection(node))).apply(async (target) => {
    const failed = async (reason: string) => {
      await pulumi.log.warn(`card ${card} was not looked for: ${reason}`, parent);
      return KEEP;
    };
    try {
      const { status, stdout, stderr } = await execute(target, call);
      return status === 0 ? stdout.trim() : await failed(stderr.trim());
    } catch (error) {
      return failed((error as Error).message);
    }
  });
  return {
    trigger,
    transform: ({ props, opts }) =>
      (props as { triggers?: unknown[] }).triggers?.includes(KEEP)
        ? { props, opts: pulumi.mergeOptions(opts, { ignoreChanges: ["triggers"] }) }
        : undefined,
  };
}
