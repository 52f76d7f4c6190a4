import * as proxmoxve from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import { quote } from "../net/issues";
import { claimHooks } from "./claim";
import { refuse } from "./input";
import type { ProxmoxNodeArgs } from "./proxmox-node";

/** Arguments of a `PassthroughNic`. */
export interface PassthroughNicArgs {
  /** The node that holds the card. */
  node: ProxmoxNodeArgs;
  /**
   * Name of the mapping in Proxmox, by which a guest asks for the card.
   * @default the component's name
   */
  mapping?: string;
  /** PCI address: `0000:01:00` for a whole card, `0000:01:00.0` for one function. */
  path: string;
  /** Vendor and device id, such as `8086:1521`; Proxmox refuses to start a guest on another card. */
  deviceId: string;
}

/** A network card that a guest gets as a whole, under a name that needs no rights of root. */
export class PassthroughNic extends pulumi.ComponentResource {
  /** Name of the mapping; guests that use it start after it exists. */
  readonly mapping: pulumi.Output<string>;

  constructor(name: string, args: PassthroughNicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-router:index:PassthroughNic", name, {}, opts);

    const { node, mapping = name, path, deviceId } = args;
    refuse(this, "passed-through NIC", nicIssues(mapping, path, deviceId));

    const pci = new proxmoxve.hardware.mapping.Pci(
      `${name}-mapping`,
      { name: mapping, comment: name, maps: [{ node: node.name, path, id: deviceId }] },
      {
        parent: this,
        hooks: claimHooks(node, { kind: "mapping", id: mapping }),
        // One name can not be held twice.
        deleteBeforeReplace: true,
      },
    );

    this.mapping = pci.name;
    this.registerOutputs({ mapping: this.mapping });
  }
}

const nicIssues = (mapping: string, path: string, deviceId: string) =>
  [
    ["mapping", mapping, /^[a-z][a-z0-9-]{1,31}$/, "lower-case letters, digits and -"] as const,
    [
      "path",
      path,
      /^[0-9a-f]{4}:[0-9a-f]{2}:[01][0-9a-f](\.[0-7])?$/,
      "a PCI address such as 0000:01:00",
    ] as const,
    [
      "deviceId",
      deviceId,
      /^[0-9a-f]{4}:[0-9a-f]{4}$/,
      "vendor and device id such as 8086:1521",
    ] as const,
  ].flatMap(([key, value, pattern, expected]) =>
    pattern.test(value) ? [] : [`${key}: got ${quote(value)}; expected ${expected}`],
  );
