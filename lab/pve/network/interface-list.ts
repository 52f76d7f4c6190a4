import { type Pve } from "../pve";
import { type Interface, type Interfaces } from "./interface";
import { isBridge } from "./interfaces-file";

/** The interfaces with the API's field names and JSON types. */
export async function interfaceList({ backend }: Pve, { order, known }: Interfaces) {
  const links = await backend.links();
  const listed = order
    .map((entry) => ("iface" in entry ? known.get(entry.iface) : undefined))
    .filter((item) => item !== undefined && item.iface !== "lo") as Interface[];
  // Cards that the file does not mention exist all the same.
  const cards = [...links.keys()]
    .filter((name) => /^(?:eth\d+|en[a-z0-9]+)$/.test(name) && !known.has(name))
    .map((iface): Interface => ({ iface, method: "manual", options: [], options6: [] }));
  return [...listed, ...cards].map((item, index) => shown(item, index + 3, links.get(item.iface)));
}

function shown(item: Interface, priority: number, link: { up: boolean } | undefined) {
  const { cidr, cidr6, method = "manual", method6 = "manual" } = item;
  const type = typeOf(item);
  const bridge = type === "bridge";
  const families = [
    "inet",
    ...(item.method6 === undefined && cidr6 === undefined ? [] : ["inet6"]),
  ];
  const given = (entries: Record<string, string | undefined>) =>
    Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
  const part = (text: string | undefined, index: number) => text?.split("/")[index];
  return {
    iface: item.iface,
    type,
    priority,
    method,
    method6,
    families,
    ...(item.autostart ? { autostart: 1 } : {}),
    ...(link?.up ? { active: 1 } : {}),
    ...(type === "eth" && link ? { exists: 1 } : {}),
    ...given({
      cidr,
      address: part(cidr, 0),
      netmask: part(cidr, 1),
      cidr6,
      address6: part(cidr6, 0),
      netmask6: part(cidr6, 1),
      gateway: item.gateway,
      gateway6: item.gateway6,
      mtu: item.mtu,
      comments: item.comments,
      comments6: item.comments6,
      slaves: item.slaves,
      bond_mode: item.bond_mode,
      "vlan-raw-device": item["vlan-raw-device"],
      "vlan-id": item["vlan-id"],
    }),
    ...(bridge
      ? {
          bridge_ports: item.bridge_ports ?? "",
          bridge_stp: item.bridge_stp ?? "off",
          bridge_fd: item.bridge_fd ?? "0",
          ...(item.bridge_vlan_aware
            ? { bridge_vlan_aware: 1, bridge_vids: item.bridge_vids ?? "2-4094" }
            : {}),
        }
      : {}),
    ...(item.options.length > 0 ? { options: item.options } : {}),
  };
}

function typeOf(item: Interface): string {
  if (isBridge(item)) return "bridge";
  if (item.type !== undefined) return item.type;
  if (item.slaves !== undefined) return "bond";
  if (item["vlan-raw-device"] !== undefined || /\.\d+$/.test(item.iface)) return "vlan";
  return /^(?:eth\d+|en[a-z0-9]+)$/.test(item.iface) ? "eth" : "unknown";
}
