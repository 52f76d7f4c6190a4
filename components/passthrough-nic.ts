import * as proxmoxve from "@muhlba91/pulumi-proxmoxve";
import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { CARD_LOOKUP, cardLookup, parseCard } from "../agent/pci-lookup";
import { type PassedCard, passedCardIssues } from "../net/passed-card";
import { configIdIssues } from "../net/proxmox-id";
import { claimHooks } from "./claim";
import { plainName, refuse } from "./input";
import { movedCard } from "./moved-card";
import { nodeIssues, onNode, type ProxmoxNodeArgs } from "./proxmox-node";

/** Arguments of a `PassthroughNic`. */
export interface PassthroughNicArgs extends PassedCard {
  /** The node that holds the card. */
  node: ProxmoxNodeArgs;
  /**
   * Name of the mapping in Proxmox, by which a guest asks for the card.
   * @default the component's name
   */
  mapping?: string;
}

/** A port of a card that a guest gets. */
export interface PassthroughPort {
  /** PCI address of its function. */
  address: string;
  /**
   * Permanent Ethernet address, by which the guest knows it.
   * @default none: no driver of the host had the card when it was looked up
   */
  mac?: string;
}

/** A network card that a guest gets as a whole, under a name that needs no rights of root. */
export class PassthroughNic extends pulumi.ComponentResource {
  /** Name of the mapping; guests that use it start after it exists. */
  readonly mapping: pulumi.Output<string>;
  /** PCI address of the card, or of the function, as it was found. */
  readonly address: pulumi.Output<string>;
  /** Number of its IOMMU group. */
  readonly iommuGroup: pulumi.Output<number>;
  /** Its ports, in the order of their PCI addresses. */
  readonly ports: pulumi.Output<PassthroughPort[]>;

  constructor(name: string, args: PassthroughNicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-router:index:PassthroughNic", plainName(name), {}, opts);

    const { node, mapping = name, path, mac, wholeCard = false } = args;
    refuse(this, "passed-through NIC", [
      ...nodeIssues(node),
      ...configIdIssues("mapping", mapping),
      ...passedCardIssues(args),
    ]);

    const card = path ?? mac?.toLowerCase() ?? "";
    const lookup = new remote.Command(
      `${name}-lookup`,
      {
        connection: onNode(node),
        create: cardLookup({ node: node.name, card, whole: wholeCard, mapping }),
        stdin: CARD_LOOKUP,
        triggers: movedCard(this, `${name}-lookup`, node.name, [mapping]).apply((moved) =>
          moved === "" ? [] : [moved],
        ),
        logging: remote.Logging.None,
        addPreviousOutputInEnv: false,
      },
      { parent: this },
    );
    const found = lookup.stdout.apply(parseCard);

    const pci = new proxmoxve.hardware.mapping.Pci(
      `${name}-mapping`,
      {
        name: mapping,
        comment: found.ports.apply((ports) => noteOf(name, ports)),
        // Proxmox starts no guest on a mapping whose ids differ from what is in the slot.
        maps: [
          {
            node: node.name,
            path: found.path,
            id: found.id,
            subsystemId: found.apply(({ subsystemId }) => subsystemId),
            iommuGroup: found.iommuGroup,
          },
        ],
      },
      {
        parent: this,
        hooks: claimHooks(node, { kind: "mapping", id: mapping }),
        // One name can not be held twice.
        deleteBeforeReplace: true,
      },
    );

    this.mapping = pci.name;
    this.address = found.path;
    this.iommuGroup = found.iommuGroup;
    this.ports = found.apply(({ ports }) => [...ports]);
    this.registerOutputs({
      mapping: this.mapping,
      address: this.address,
      iommuGroup: this.iommuGroup,
      ports: this.ports,
    });
  }
}

/** What the mapping says of itself: the look-up reads the addresses there while a guest has the card. */
function noteOf(name: string, ports: readonly PassthroughPort[]): string {
  const macs = ports.flatMap(({ mac }) => (mac === undefined ? [] : [mac]));
  return macs.length > 0 && macs.length === ports.length ? `${name}: ${macs.join(" ")}` : name;
}
