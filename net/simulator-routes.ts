import { type Cidr, contains, networkOf, parseCidr } from "./cidr";
import { type FirewallPolicy, type FirewallZone, ROUTER } from "./policy";
import { holds, prefixesOf } from "./policy-resolve";
import { addressOf, isSameAddress } from "./simulator-packet";

/** The interfaces on which the router has an address. */
export function ownersOf({ addresses = [] }: FirewallPolicy, text: string): string[] {
  return addresses
    .filter(({ address }) => isSameAddress(address.split("/")[0] ?? "", text))
    .map((one) => one.interface);
}

/** The router's first known address on an interface. */
export function addressOn(
  { addresses = [] }: FirewallPolicy,
  device: string,
  family: 4 | 6,
): string | undefined {
  return addresses
    .filter((one) => one.interface === device)
    .map(({ address }) => address.split("/")[0] ?? "")
    .find((text) => addressOf(text).family === family);
}

/** The interface by which packets for an address leave: that of the longest prefix. */
export function routeTo(policy: FirewallPolicy, text: string): string | undefined {
  const { family, value } = addressOf(text);
  const all = [
    ...(policy.addresses ?? []).map((one) => ({ device: one.interface, text: one.address })),
    ...(policy.routes ?? []).map((one) => ({ device: one.interface, text: one.destination })),
  ].flatMap(({ device, text: prefix }) => {
    const cidr = parseCidr(prefix.includes("/") ? prefix : `${prefix}/${family === 4 ? 32 : 128}`);
    return cidr ? [{ device, network: networkOf(cidr) }] : [];
  });
  return all
    .filter(({ network }) => contains(network, family, value))
    .sort((a, b) => b.network.prefix - a.network.prefix)[0]?.device;
}

/** The zone of packets on an interface with an address, the closest description of it first. */
function zoneOf({ zones }: FirewallPolicy, device: string, text: string): string | undefined {
  const { family, value } = addressOf(text);
  const has = ({ addresses }: FirewallZone) =>
    addresses === undefined || holds(prefixesOf(addresses, family), family, value);
  const at = ({ interfaces }: FirewallZone) => interfaces?.includes(device) ?? true;
  const rank = ({ interfaces, addresses }: FirewallZone) =>
    interfaces && addresses ? 0 : addresses ? 1 : 2;
  return zones.filter((zone) => at(zone) && has(zone)).sort((a, b) => rank(a) - rank(b))[0]?.name;
}

/** The zone of interfaces that one is in: what translations and traffic counters go by. */
export function interfaceZone({ zones }: FirewallPolicy, device: string): string | undefined {
  return zones.find((zone) => !zone.addresses && zone.interfaces?.includes(device))?.name;
}

/** The zone at the far end of what the router itself sends or receives. */
export function endZone(policy: FirewallPolicy, device: string | undefined, address: string) {
  return device === undefined ? ROUTER : zoneOf(policy, device, address);
}

/** Whether a network holds an address. */
export function isWithin(network: Cidr | undefined, text: string): boolean {
  const { family, value } = addressOf(text);
  return network !== undefined && contains(network, family, value);
}
