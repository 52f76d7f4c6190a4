import { program } from "./agent";

/** A card, or one function of it, that a guest can be given, as a mapping of Proxmox describes it. */
export interface FoundCard {
  /** PCI address. */
  readonly path: string;
  /** Vendor and device, such as `8086:1521`. */
  readonly id: string;
  /** Vendor and device of the card that it is sold as. */
  readonly subsystemId?: string;
  /** Number of its IOMMU group. */
  readonly iommuGroup: number;
  /** Its ports in order, with their permanent address where it can be seen. */
  readonly ports: readonly { readonly address: string; readonly mac?: string }[];
}

/** Looks up a card for a guest; fails with every reason why the host can not give it away. */
export const CARD_LOOKUP: string = program(["base", "ways", "card", "passthrough"]);

/** What `CARD_LOOKUP` is told. */
export interface WantedCard {
  /** Name of the node. */
  readonly node: string;
  /** Permanent MAC address of a port, or PCI address. */
  readonly card: string;
  /** Whether all functions beside the one with that MAC address are meant too. */
  readonly whole: boolean;
  /** Name that its mapping has or gets. */
  readonly mapping: string;
}

/** The command that `CARD_LOOKUP` is the input of. */
export const cardLookup = ({ node, card, whole, mapping }: WantedCard): string =>
  `sh -s -- ${node} ${card} ${whole ? "card" : "function"} ${mapping}`;

/** Read what `CARD_LOOKUP` prints. */
export function parseCard(text: string): FoundCard {
  const rows = text.split("\n").map((line) => line.split(" "));
  const value = (key: string) => rows.find(([name]) => name === key)?.[1];
  const subsystemId = value("subsystem");
  return {
    path: value("path") ?? "",
    id: value("id") ?? "",
    ...(subsystemId && { subsystemId }),
    iommuGroup: Number(value("group")),
    ports: rows
      .filter(([name]) => name === "port")
      .map(([, address = "", mac]) => (mac === "-" ? { address } : { address, mac })),
  };
}
