import { join } from "node:path";
import { type Pve } from "../pve";
import { readOr, writeAtomic } from "../state/atomic";

/** A zone, vnet or subnet: its fields as text, lists as arrays. */
export type SdnObject = Readonly<Record<string, string | string[]>>;

/** The kinds of SDN object, each with the name of its identifier. */
export const KINDS = { zones: "zone", vnets: "vnet", subnets: "subnet" } as const;

/** A kind of SDN object. */
export type Kind = keyof typeof KINDS;

/** Every object by kind and identifier. */
export type SdnState = Readonly<Record<Kind, Readonly<Record<string, SdnObject>>>>;

const EMPTY: SdnState = { zones: {}, vnets: {}, subnets: {} };

const path = ({ paths }: Pve, which: "config" | "running"): string =>
  join(paths.etc, "sdn", which === "running" ? ".running-config" : "config.json");

/** What is configured, or what the last apply put into force. */
export const readSdn = (pve: Pve, which: "config" | "running"): SdnState => ({
  ...EMPTY,
  ...(JSON.parse(readOr(path(pve, which), "{}")) as Partial<SdnState>),
});

/** Replace a whole state. */
export const writeSdn = (pve: Pve, which: "config" | "running", state: SdnState): void =>
  writeAtomic(path(pve, which), `${JSON.stringify(state, null, 2)}\n`);

/** An object with what is pending about it, as `?pending=1` shows it. */
export function pendingView(
  key: string,
  id: string,
  config: SdnObject | undefined,
  running: SdnObject | undefined,
): Record<string, unknown> {
  if (running === undefined) {
    return { [key]: id, ...shown(config ?? {}), state: "new", pending: shown(config ?? {}) };
  }
  if (config === undefined) return { [key]: id, ...shown(running), state: "deleted" };
  const changed = Object.fromEntries(
    [...new Set([...Object.keys(config), ...Object.keys(running)])]
      .filter((name) => JSON.stringify(config[name]) !== JSON.stringify(running[name]))
      .map((name) => [name, config[name] ?? "deleted"]),
  );
  return {
    [key]: id,
    ...shown(running),
    ...(Object.keys(changed).length > 0 ? { state: "changed", pending: shown(changed) } : {}),
  };
}

const NUMBERS = ["mtu", "tag", "snat", "vlanaware", "isolate-ports"];

/** An object with the JSON types that Proxmox gives its fields. */
export function shown(object: SdnObject): Record<string, unknown> {
  const typed = Object.entries(object).map(([name, value]): [string, unknown] => {
    if (name === "dhcp-range" && Array.isArray(value)) return [name, value.map(rangeOf)];
    return [name, NUMBERS.includes(name) && value !== "deleted" ? Number(value) : value];
  });
  return Object.fromEntries(typed);
}

const rangeOf = (range: string): Record<string, string> =>
  Object.fromEntries(range.split(",").map((part) => part.split("=") as [string, string]));
