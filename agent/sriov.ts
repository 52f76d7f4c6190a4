import type { SriovSetting, SriovVf, SriovVfs } from "../net/sriov";
import { program } from "./agent";
import type { Operation, VfSetting } from "./bundle";

/** One virtual function of a card, as a mapping of Proxmox describes it. */
export interface FoundVf {
  readonly number: number;
  /** PCI address. */
  readonly address: string;
  readonly mac: string;
  /** Vendor and device, such as `8086:10ca`. */
  readonly id: string;
  /** Vendor and device of the card that it is sold as. */
  readonly subsystemId: string;
  /** Number of its IOMMU group; none if the IOMMU is off. */
  readonly iommuGroup?: number;
}

/** Looks up the virtual functions of a card; fails if they are not as many as they should be. */
export const VF_LOOKUP: string = program(["base", "card", "vf-setting", "vf-table"]);

/** The command that `VF_LOOKUP` is the input of. */
export const vfLookup = (card: string, count: number): string =>
  `sh -s -- ${card.toLowerCase()} ${count}`;

/** Read what `VF_LOOKUP` prints. */
export const parseVfs = (text: string): FoundVf[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [number, address = "", mac = "", id = "", subsystemId = "", group] = line.split(" ");
      const iommuGroup = group === "-" ? undefined : Number(group);
      return { number: Number(number), address, mac, id, subsystemId, iommuGroup };
    });

/** The virtual functions of a card and what each of them is, all with their MAC. */
export function vfOperations(set: SriovVfs & { readonly vfs: readonly SriovVf[] }): Operation[] {
  const { card, count, vfs, forGuests = true, allowVfReset = false } = set;
  return [
    { kind: "vfs", card, count, reset: allowVfReset, guests: forGuests },
    ...vfs.flatMap((vf, number) =>
      settings(vf).map(
        ([name, setting]): Operation => ({
          kind: "vf",
          card,
          number,
          setting,
          optional: vf.optional?.includes(name) ?? false,
        }),
      ),
    ),
  ];
}

type Named = [SriovSetting, VfSetting];

function settings({ mac, vlan, qos, trust, spoofCheck, linkState, ...rates }: SriovVf): Named[] {
  const all: (Named | undefined)[] = [
    mac === undefined ? undefined : ["mac", { mac }],
    vlan === undefined ? undefined : ["vlan", { vlan, qos }],
    trust === undefined ? undefined : ["trust", { trust: word(trust) }],
    spoofCheck === undefined ? undefined : ["spoofCheck", { spoofchk: word(spoofCheck) }],
    linkState === undefined ? undefined : ["linkState", { state: linkState }],
    rates.maxRate === undefined ? undefined : ["maxRate", { max_tx_rate: rates.maxRate }],
    rates.minRate === undefined ? undefined : ["minRate", { min_tx_rate: rates.minRate }],
  ];
  return all.filter((one) => one !== undefined);
}

const word = (on: boolean) => (on ? "on" : "off");
