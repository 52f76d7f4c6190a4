import type { AddressPlan, PlannedGuest, PlannedNetwork } from "./address-plan";
import { type Slots, slotNumber, slotsOf } from "./address-slots";
import { type Address, type Cidr, type Family, formatAddress, formatCidr, parseCidr } from "./cidr";
import { nthSubnet, subnetCount } from "./prefix";
import { type AddressRange, hostsOf, parseRange } from "./range";

/** The lowest id of a guest in Proxmox, which gets the first address. */
const FIRST_VM = 100;

/**
 * Fill in every address that a plan leaves open.
 *
 * Each follows from its own declaration and its network's alone: an address given once is never
 * taken back because another guest or network was added or removed. What can not be filled in, or
 * is taken twice, is left for `planIssues` to name.
 */
export function allocatePlan(plan: AddressPlan): AddressPlan {
  const { pools = [], networks = [] } = plan;
  return {
    ...plan,
    networks: networks.map((given) => {
      const network = { ...given, addresses: given.addresses ?? cutFrom(pools, given.name) };
      const [four, six] = [slotsFor(network, 4), slotsFor(network, 6)];
      return {
        ...network,
        guests: given.guests?.map((guest) => ({
          ...guest,
          address: guest.address ?? pick(guest, four),
          address6: guest.address6 ?? pick(guest, six),
        })),
      };
    }),
  };
}

/** The slots of a network's guests in one family, when it has that family. */
export function slotsFor(network: PlannedNetwork, family: Family): Slots | undefined {
  const { addresses = [], ranges = [] } = network;
  const router = addresses.map((text) => parseCidr(text)).find((one) => one?.family === family);
  const taken = ranges
    .map(({ from, to }) => parseRange(`${from}-${to}`))
    .filter((range): range is AddressRange => range?.family === family);
  return router && slotsOf(router, taken);
}

/** The networks that a name gets from pools: the first of each family counts. */
function cutFrom(pools: AddressPlan["pools"], name: string): string[] | undefined {
  const cidrs = (pools ?? []).flatMap(({ network, prefix }) => {
    const whole = parseCidr(network);
    return whole ? [{ whole, prefix }] : [];
  });
  const firsts = cidrs.filter(
    ({ whole }, i) => cidrs.findIndex((one) => one.whole.family === whole.family) === i,
  );
  const cut = firsts.flatMap(({ whole, prefix }) => routerOf(whole, prefix, name));
  return cut.length > 0 ? cut : undefined;
}

function routerOf(whole: Cidr, prefix: number, name: string): string[] {
  const count = subnetCount(whole, prefix);
  if (count === 0n) return [];
  const number = /^vmbr(0|[1-9]\d{0,3})$/.exec(name)?.[1];
  const id = number === undefined ? undefined : Number(number);
  const network = nthSubnet(whole, prefix, slotNumber(name, id, 0, count));
  return network ? [formatCidr({ ...network, address: hostsOf(network).first })] : [];
}

const pick = ({ name, vmId }: PlannedGuest, slots: Slots | undefined) =>
  slots && slots.count > 0n
    ? formatAddress(slots.family, slots.at(slotNumber(name, vmId, FIRST_VM, slots.count)))
    : undefined;

/** Finds one slot after the other whose address nobody has. */
export function freeSlots(slots: Slots) {
  let index = 0n;
  return (isTaken: (value: bigint) => boolean): Address | undefined => {
    for (; index < slots.count; index += 1n) {
      const value = slots.at(index);
      if (!isTaken(value)) return { family: slots.family, value };
    }
    return undefined;
  };
}
