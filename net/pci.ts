import { integerIssues } from "./integer";
import { got, type Issues, issue } from "./issues";

/** One function of a PCI device. */
export interface PciAddress {
  readonly domain: number;
  readonly bus: number;
  readonly device: number;
  readonly fn: number;
}

const FUNCTION = /^([0-9a-f]{4}):([0-9a-f]{2}):([01][0-9a-f])\.([0-7])$/;
const CARD = /^[0-9a-f]{4}:[0-9a-f]{2}:[01][0-9a-f]$/;
const ID = /^[0-9a-f]{4}:[0-9a-f]{4}$/;

/** Read `0000:01:00.0`: domain, bus, device and function, in lower-case hexadecimal. */
export function parsePci(text: string): PciAddress | undefined {
  const found = FUNCTION.exec(text)
    ?.slice(1)
    .map((part) => Number.parseInt(part, 16));
  const [domain, bus, device, fn] = found ?? [];
  return domain === undefined || bus === undefined || device === undefined || fn === undefined
    ? undefined
    : { domain, bus, device, fn };
}

/** Print a PCI address as sysfs and Proxmox spell it. */
export function formatPci({ domain, bus, device, fn }: PciAddress): string {
  return `${hex(domain, 4)}:${hex(bus, 2)}:${hex(device, 2)}.${fn}`;
}

/** The card that a function belongs to, as Proxmox spells it to pass all functions at once. */
export function cardOf(address: PciAddress): string {
  return formatPci(address).slice(0, -2);
}

/** Every reason why a value is not the address of one PCI function. */
export function pciIssues(path: string, value: unknown): Issues {
  return typeof value === "string" && parsePci(value)
    ? []
    : issue(path, got(value), "a PCI address such as 0000:01:00.0");
}

/** Every reason why a value is neither a PCI function nor a whole card. */
export function pciCardIssues(path: string, value: unknown): Issues {
  return typeof value === "string" && (CARD.test(value) || parsePci(value))
    ? []
    : issue(path, got(value), "a PCI address such as 0000:01:00");
}

/** Every reason why a value is not a pair of vendor and device id. */
export function pciIdIssues(path: string, value: unknown): Issues {
  return typeof value === "string" && ID.test(value)
    ? []
    : issue(path, got(value), "vendor and device id such as 8086:1521");
}

/** Every reason why a value is not one of the `count` virtual functions of a card. */
export function vfIndexIssues(path: string, value: unknown, count: number): Issues {
  return count > 0
    ? integerIssues(path, value, { min: 0, max: count - 1 })
    : issue(path, `${got(value)}, of a card without virtual functions`, "a count above 0 first");
}

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");
