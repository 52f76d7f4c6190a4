import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { renderInstall, type Slice } from "../agent/slice";
import { onGuest, type RouterConnection } from "./proxmox-node";

/**
 * Bring a guest to a slice: one resource, one connection, and only when the slice has changed.
 *
 * There is no `delete`: forgetting the resource must not open the router.
 */
export function sliceCommand(
  name: string,
  args: { connection: pulumi.Input<RouterConnection>; slice: pulumi.Input<Slice> },
  opts: pulumi.CustomResourceOptions,
): remote.Command {
  return new remote.Command(
    name,
    {
      connection: onGuest(args.connection),
      create: "sh -s",
      stdin: pulumi.output(args.slice).apply((slice) => renderInstall(slice as Slice)),
      logging: remote.Logging.None,
      addPreviousOutputInEnv: false,
    },
    opts,
  );
}
