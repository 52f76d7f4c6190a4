import * as pulumi from "@pulumi/pulumi";

// For each program that this process runs.
const last = new WeakMap<pulumi.Resource, Map<string, pulumi.Resource>>();

/**
 * Declare the record of a host after the one that was declared before it on the same host.
 *
 * A host takes one change at a time. Deletions that do not depend on each other begin side by side, and
 * none goes on before all have begun: a second removal would wait for the first one to end for ever.
 */
export function inOrder<T extends pulumi.CustomResource>(
  host: string,
  declare: (before: pulumi.Resource[]) => T,
): T {
  const program = pulumi.runtime.getStackResource();
  const hosts = (program && last.get(program)) ?? new Map<string, pulumi.Resource>();
  if (program) last.set(program, hosts);
  const before = hosts.get(host);
  const record = declare(before ? [before] : []);
  hosts.set(host, record);
  return record;
}
