import type * as pulumi from "@pulumi/pulumi";
import { got, issue } from "../net/issues";
import { chooseVf, type PooledVf } from "../net/vf-pool";
import { refuse } from "./input";

/** A virtual function that a guest has been given, before it is there. */
export interface AssignedFunction {
  /** Name within the set. */
  name: string;
  /** Ethernet address, for `mac` of an interface. */
  mac: string;
  /** Name of its mapping, for `pciMappings` of the guest. */
  mapping: pulumi.Output<string>;
}

interface Pool {
  readonly vfs: readonly (PooledVf & { readonly mac: string })[];
  /** The guest that has each function. */
  readonly holders: Map<string, string>;
}

// Not fields: the schema of the component would show them.
const pools = new WeakMap<pulumi.Resource, Pool>();
const mappings = new WeakSet<object>();

/** Declare the functions of a set that guests can be given. */
export function openPool(set: pulumi.Resource, vfs: Pool["vfs"]): void {
  pools.set(set, { vfs, holders: new Map() });
}

/** Give a guest the function with that name, or the next that is free. */
export function takeFrom(
  set: pulumi.Resource,
  guest: string,
  wanted?: string,
): { name: string; mac: string } {
  const { vfs, holders } = pools.get(set) ?? { vfs: [], holders: new Map<string, string>() };
  const asked: unknown = guest;
  const { name = "", issues } =
    typeof asked === "string"
      ? chooseVf(vfs, holders, wanted)
      : { issues: issue("guest", got(asked), "the guest's name") };
  refuse(set, "request for a virtual function", issues);
  holders.set(name, guest);
  return { name, mac: vfs.find((vf) => vf.name === name)?.mac ?? "" };
}

/** Remember that a mapping is that of a virtual function. */
export function functionMapping(mapping: pulumi.Output<string>): pulumi.Output<string> {
  mappings.add(mapping);
  return mapping;
}

/** Whether a mapping is that of a virtual function, as far as a program tells it. */
export const isFunctionMapping = (mapping: pulumi.Input<string>): boolean =>
  typeof mapping === "object" && mappings.has(mapping);
