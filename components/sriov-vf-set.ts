import * as proxmoxve from "@muhlba91/pulumi-proxmoxve";
import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type FoundVf, parseVfs, VF_LOOKUP, vfLookup, vfOperations } from "../agent/sriov";
import { quote } from "../net/issues";
import { deriveMac } from "../net/mac";
import type { SriovVfs } from "../net/sriov";
import { sriovIssues, twinVfIssues } from "../net/sriov-issues";
import { claimHooks } from "./claim";
import { inOrder } from "./host-order";
import { plainName, refuse } from "./input";
import { confirmTimeoutIssues, machineChange } from "./machine-change";
import { movedCard } from "./moved-card";
import { nodeConnection, nodeIssues, onNode, type ProxmoxNodeArgs } from "./proxmox-node";
import { type AssignedFunction, functionMapping, openPool, takeFrom } from "./vf-pool";

/** Arguments of an `SriovVfSet`. */
export interface SriovVfSetArgs extends SriovVfs {
  /** The node that holds the card. */
  node: ProxmoxNodeArgs;
  /**
   * Time for a new connection to confirm a change, in seconds, 30 to 3600; without one the host goes
   * back.
   * @default 120
   */
  confirmTimeout?: number;
  /**
   * Whether each preview compares the host with what was confirmed there, so that it shows what
   * somebody has changed by hand and `up` puts it right.
   * @default false
   */
  detectDrift?: boolean;
}

/** One virtual function as the host has it. */
export interface SriovFunction {
  /** Number of the function on its card, from 0. */
  number: number;
  /** Name within the set. */
  name: string;
  /** PCI address. */
  address: string;
  /** Ethernet address. */
  mac: string;
  /**
   * Name of its mapping, for `pciMappings` of a guest.
   * @default none: it is not for guests
   */
  mapping?: string;
}

/**
 * The virtual functions of a card (SR-IOV), each under a name that a guest asks for it by.
 *
 * The change agent makes them on the host and brings them back at each boot, before guests start.
 */
export class SriovVfSet extends pulumi.ComponentResource {
  /** The functions, available once they are confirmed on the host and mapped. */
  readonly functions: pulumi.Output<SriovFunction[]>;

  constructor(name: string, args: SriovVfSetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-router:index:SriovVfSet", plainName(name), {}, opts);

    const { node, card, count, forGuests = true, confirmTimeout, detectDrift } = args;
    refuse(this, "set of virtual functions", [
      ...nodeIssues(node),
      ...sriovIssues(args),
      ...confirmTimeoutIssues(confirmTimeout),
    ]);
    const vfs = completed(name, args);
    refuse(this, "set of virtual functions", twinVfIssues(vfs));
    openPool(this, forGuests ? vfs : []);

    const record = inOrder(node.name, (before) =>
      machineChange(
        `${name}-functions`,
        {
          connection: nodeConnection(node),
          node: node.name,
          operations: vfOperations({ ...args, vfs }),
          confirmSeconds: confirmTimeout,
          detectDrift,
        },
        { parent: this, dependsOn: before },
      ),
    );
    const mapped = forGuests ? vfs.map(({ mapping }) => mapping) : [];
    const lookup = new remote.Command(
      `${name}-table`,
      {
        connection: onNode(node),
        create: vfLookup(card, count),
        stdin: VF_LOOKUP,
        // Another change may move them.
        triggers: pulumi
          .all([record.stdin, movedCard(this, `${name}-table`, node.name, mapped)])
          .apply((all) => all.filter((one) => one !== "")),
        logging: remote.Logging.None,
        addPreviousOutputInEnv: false,
      },
      { parent: this },
    );
    const found = lookup.stdout.apply(parseVfs);
    const mappings = vfs.map((vf, number) =>
      forGuests ? this.map(name, node, vf, rowOf(found, number)) : undefined,
    );

    this.functions = pulumi
      .all([found, pulumi.all(mappings.map((one) => one?.name))])
      .apply(([rows, names]) =>
        rows.map(({ number, address, mac }) => ({
          number,
          name: vfs[number]?.name ?? "",
          address,
          mac,
          mapping: names[number],
        })),
      );
    this.registerOutputs({ functions: this.functions });
  }

  /** Name of the mapping of one function, for `pciMappings` of a guest. */
  mappingOf(name: string): pulumi.Output<string> {
    return functionMapping(
      this.functions.apply((all) => {
        const mapping = all.find((one) => one.name === name)?.mapping;
        if (mapping !== undefined) return mapping;
        const known = all.map((one) => one.name).join(", ");
        throw new Error(`no virtual function ${quote(name)} for guests; expected one of ${known}`);
      }),
    );
  }

  /**
   * One of the functions for a guest, and for nobody else of the program: the one with that name, or
   * the next that is free. Those with a name in `vfs` are given to who asks for them by it.
   */
  assign(guest: string, vf?: string): AssignedFunction {
    const { name, mac } = takeFrom(this, guest, vf);
    return { name, mac, mapping: this.mappingOf(name) };
  }

  private map(name: string, node: ProxmoxNodeArgs, vf: CompletedVf, row: pulumi.Output<FoundVf>) {
    return new proxmoxve.hardware.mapping.Pci(
      `${name}-${vf.name}-mapping`,
      {
        name: vf.mapping,
        comment: `${name}: ${vf.mac}`,
        maps: [
          {
            node: node.name,
            path: row.address,
            id: row.id,
            subsystemId: row.subsystemId,
            iommuGroup: row.apply(({ iommuGroup }) => iommuGroup),
          },
        ],
      },
      {
        parent: this,
        hooks: claimHooks(node, { kind: "mapping", id: vf.mapping }),
        // One name can not be held twice.
        deleteBeforeReplace: true,
      },
    );
  }
}

type CompletedVf = ReturnType<typeof completed>[number];

/** All functions of a set, with their names and MACs. */
function completed(name: string, { count, vfs = [] }: SriovVfs) {
  const owner = `${pulumi.getProject()}/${pulumi.getStack()}/${name}`;
  return Array.from({ length: count }, (_, number) => {
    const { name: vf = `vf${number}`, mac, mapping, ...rest } = vfs[number] ?? {};
    return {
      ...rest,
      name: vf,
      named: vfs[number]?.name !== undefined,
      mapping: mapping ?? `${name}-${vf}`,
      mac: mac ?? deriveMac(owner, `${number}`),
    };
  });
}

const rowOf = (found: pulumi.Output<FoundVf[]>, number: number): pulumi.Output<FoundVf> =>
  found.apply((rows) => {
    const row = rows.find((one) => one.number === number);
    if (row) return row;
    throw new Error(`the host has no virtual function ${number}`);
  });
