import * as pulumi from "@pulumi/pulumi";
import { type Issues, issue, quote } from "../net/issues";

// For each program that this process runs: which bridge has a port of a host.
const declared = new WeakMap<object, Map<string, string>>();

/** Take ports of a host for a bridge; why that can not be where another one has them already. */
export function takePorts(host: string, bridge: string, ports: readonly string[]): Issues {
  const program = pulumi.runtime.getMonitor();
  const owners = (program && declared.get(program)) ?? new Map<string, string>();
  if (program) declared.set(program, owners);
  return ports.flatMap((port, i) => {
    const owner = owners.get(`${host} ${port}`) ?? bridge;
    owners.set(`${host} ${port}`, owner);
    return owner === bridge
      ? []
      : issue(`ports[${i}]`, `${quote(port)} is a port of ${owner}`, "each port in one bridge");
  });
}
