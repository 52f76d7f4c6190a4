import { integerIssues, isWithin } from "./integer";
import { got, type Issues, issue } from "./issues";
import { givenMacIssues, macIssues, sameMacIssues } from "./mac";
import { nameIssues, sameNameIssues } from "./names";
import { parsePci } from "./pci";
import { configIdIssues } from "./proxmox-id";
import { shapeIssues } from "./shape";
import { SriovLinkState, SriovSetting, type SriovVf, type SriovVfs } from "./sriov";

/** Each of them is a resource of Pulumi. */
const COUNT = { min: 1, max: 256 };

const VF = {
  "name?": "text",
  "mapping?": "text",
  "mac?": "text",
  "vlan?": "number",
  "qos?": "number",
  "trust?": "flag",
  "spoofCheck?": "flag",
  "linkState?": "text",
  "maxRate?": "number",
  "minRate?": "number",
  "optional?": ["text"],
} as const;

/** Every reason why a card can not have the virtual functions that it is declared to have. */
export function sriovIssues({ card, count, vfs = [], ...flags }: SriovVfs): Issues {
  const shape = [
    ...shapeIssues("vfs", vfs, [VF]),
    ...Object.entries({ forGuests: flags.forGuests, allowVfReset: flags.allowVfReset }).flatMap(
      ([path, value]) => (value === undefined ? [] : shapeIssues(path, value, "flag")),
    ),
  ];
  return [
    ...cardIssues(card),
    ...integerIssues("count", count, COUNT),
    ...shape,
    ...(shape.length > 0 ? [] : vfs.flatMap((vf, i) => vfIssues(`vfs[${i}]`, vf))),
    ...(shape.length === 0 && isWithin(count, COUNT) && vfs.length > count
      ? issue("vfs", `${vfs.length} of them, and count is ${count}`, `at most ${count}`)
      : []),
  ];
}

/** Every reason why functions that have all their names and MACs can not be side by side. */
export function twinVfIssues(
  vfs: readonly { name: string; mapping: string; mac: string }[],
): Issues {
  return [
    ...sameNameIssues(vfs.map(({ name }, i) => ({ path: `vfs[${i}].name`, name }))),
    ...sameNameIssues(vfs.map(({ mapping }, i) => ({ path: `vfs[${i}].mapping`, name: mapping }))),
    ...vfs.flatMap(({ mapping }, i) => configIdIssues(`vfs[${i}].mapping`, mapping)),
    ...sameMacIssues(vfs.map(({ mac }, i) => ({ path: `vfs[${i}].mac`, mac }))),
  ];
}

function cardIssues(card: unknown): Issues {
  if (typeof card === "string" && parsePci(card)) return [];
  return typeof card === "string" && /^..(:..){5}$/.test(card)
    ? macIssues("card", card)
    : issue("card", got(card), "a permanent MAC address, or a PCI address such as 0000:01:00.0");
}

function vfIssues(path: string, { name, mac, vlan, qos, linkState, optional, ...vf }: SriovVf) {
  const rate = (key: "maxRate" | "minRate") => {
    const value = vf[key];
    return value === undefined
      ? []
      : integerIssues(`${path}.${key}`, value, { min: 0, max: 1_000_000, unit: "Mbit/s" });
  };
  const rates = [...rate("maxRate"), ...rate("minRate")];
  return [
    ...(name === undefined ? [] : nameIssues(`${path}.name`, name)),
    ...(mac === undefined ? [] : givenMacIssues(`${path}.mac`, mac)),
    ...(vlan === undefined ? [] : integerIssues(`${path}.vlan`, vlan, { min: 1, max: 4094 })),
    ...(qos === undefined ? [] : integerIssues(`${path}.qos`, qos, { min: 0, max: 7 })),
    ...(qos !== undefined && vlan === undefined
      ? issue(`${path}.qos`, "a priority without a VLAN", "vlan beside it")
      : []),
    ...oneOf(`${path}.linkState`, linkState, Object.values(SriovLinkState)),
    ...rates,
    ...(rates.length === 0 && vf.maxRate && vf.minRate && vf.minRate > vf.maxRate
      ? issue(`${path}.minRate`, `${vf.minRate} is above maxRate ${vf.maxRate}`, "at most that")
      : []),
    ...(optional ?? []).flatMap((one, i) =>
      oneOf(`${path}.optional[${i}]`, one, Object.values(SriovSetting)),
    ),
  ];
}

const oneOf = (path: string, value: unknown, known: readonly string[]): Issues =>
  value === undefined || known.includes(value as string)
    ? []
    : issue(path, got(value), known.join(", "));
