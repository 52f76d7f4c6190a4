import { isIPv4 } from "node:net";
import { die, refuseParams } from "../api/error";
import { type Interface, type Interfaces } from "./interface";
import { isBridge } from "./interfaces-file";

const words = (list: string | undefined): string[] => (list ?? "").split(/\s+/).filter(Boolean);

/** Refuse what Proxmox refuses when an interface is added or changed. */
export function checkInterface(all: Interfaces, item: Interface): void {
  const others = [...all.known.values()].filter(({ iface }) => iface !== item.iface);
  for (const key of ["gateway", "gateway6"] as const) {
    const taken = others.find((other) => other[key] !== undefined);
    if (item[key] !== undefined && taken !== undefined) {
      refuseParams({ [key]: `Default gateway already exists on interface '${taken.iface}'.` });
    }
  }
  checkHostAddress(item);
  const ports = words(item.bridge_ports);
  for (const port of ports) {
    const owner = others.find((other) => words(other.bridge_ports).includes(port));
    if (owner !== undefined) {
      refuseParams({ bridge_ports: `${port} is already used on interface '${owner.iface}'.` });
    }
  }
  if (!isBridge(item)) return;
  for (const port of ports) checkPort(all, item, port.replace(/\.\d+$/, ""));
}

/** An interface's own address must be neither the network's nor the broadcast address. */
function checkHostAddress({ cidr }: Interface): void {
  if (cidr === undefined) return;
  const [address = "", bits = "32"] = cidr.split("/");
  if (!isIPv4(address) || Number(bits) > 30) return;
  const value = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const size = 2 ** (32 - Number(bits));
  if (value % size === 0 || value % size === size - 1) {
    refuseParams({ cidr: `${address} is not a valid host ip address.` });
  }
}

function checkPort(all: Interfaces, bridge: Interface, port: string): void {
  const found = all.known.get(port);
  if (found === undefined) die(`bridge '${bridge.iface}' - unable to find bridge port '${port}'`);
  if (found.method === "static" && found.cidr !== undefined) {
    die(`iface ${port} - ip address can't be set on interface if bridged in ${bridge.iface}`);
  }
  const [mtu, portMtu] = [Number(bridge.mtu ?? 1500), Number(found.mtu ?? 1500)];
  if (mtu > portMtu) {
    die(`interface '${port}' - mtu ${portMtu} is lower than '${bridge.iface}' - mtu ${mtu}`);
  }
}
