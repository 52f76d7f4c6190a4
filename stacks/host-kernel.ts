import { z } from "zod";
import { HostKernel, type ProxmoxNodeArgs } from "../components";

/** What the node's kernel is started with. A typed key of Pulumi.yaml needs a default: an empty one. */
export const kernelConfig = z.preprocess(
  (value) => (JSON.stringify(value) === "{}" ? undefined : value),
  z
    .strictObject({
      prepare: z.boolean().default(true),
      assignBusses: z.boolean().default(false),
    })
    .optional(),
);

interface Settings {
  readonly kernel?: z.infer<typeof kernelConfig>;
  readonly confirmTimeout: number;
  readonly detectDrift: boolean;
}

/** Prepare the node's kernel, where that is declared; what needs it depends on it. */
export function prepareKernel(node: ProxmoxNodeArgs, { kernel, ...settings }: Settings) {
  if (!kernel?.prepare) return { dependsOn: [], outputs: {} };
  const { assignBusses } = kernel;
  const { confirmTimeout, detectDrift } = settings;
  const host = new HostKernel("kernel", { node, assignBusses, confirmTimeout, detectDrift });
  const { rebootRequired, reason } = host;
  return { dependsOn: [host], outputs: { rebootRequired, reason } };
}
