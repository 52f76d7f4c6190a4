import { BITS, formatAddress, networkOf, parseCidr } from "./cidr";
import type { FirewallForward, FirewallPolicy } from "./policy";
import {
  guardedBy,
  holds,
  interfacesOf,
  isSetName,
  membersOf,
  prefixesOf,
  wire,
} from "./policy-resolve";
import { addressOf, canonicalAddress, isSameAddress, type Packet } from "./simulator-packet";
import { addressOn, interfaceZone, isWithin, ownersOf } from "./simulator-routes";

/** Where a packet goes instead of where it was sent. */
export interface Redirect {
  readonly destination: string;
  readonly port?: number;
  readonly counters: readonly string[];
  /** The forward that decides, unless what may pass is up to the flows. */
  readonly forward?: { readonly index: number; readonly forward: FirewallForward };
}

/** Whether a packet is one that the management guard looks after. */
export function isGuarded({ management }: FirewallPolicy, packet: Packet): boolean {
  const { family, value } = addressOf(packet.source);
  const sources = management.sources;
  return (
    packet.in === management.interface &&
    guardedBy(management).some(
      ({ protocol, ports = [] }) =>
        protocol === packet.protocol &&
        ports.some(({ from, to }) => from <= (packet.port ?? 0) && (packet.port ?? 0) <= to),
    ) &&
    (sources === undefined || holds(prefixesOf(sources, family), family, value))
  );
}

/** What becomes of a new connection's destination as it comes in; the router's own do not. */
export function redirect(policy: FirewallPolicy, packet: Packet): Redirect | undefined {
  const { oneToOne = [], prefixTranslations = [], forwards = [] } = policy;
  if (packet.in === undefined) return undefined;
  if (isGuarded(policy, packet) && ownersOf(policy, packet.destination).length > 0)
    return undefined;
  const whole = oneToOne.find(({ external }) => isSameAddress(external, packet.destination));
  if (whole) {
    return {
      destination: canonicalAddress(whole.internal),
      port: packet.port,
      counters: [`one_to_one_${whole.name}`],
    };
  }
  const site = prefixTranslations.find((one) =>
    isWithin(parseCidr(one.external), packet.destination),
  );
  if (site) {
    const destination = exchange(packet.destination, site.internal);
    return { destination, port: packet.port, counters: [] };
  }
  const index = findForward(policy, packet);
  const forward = forwards[index];
  if (!forward) return undefined;
  return {
    destination: canonicalAddress(forward.address),
    port: (forward.targetPort ?? forward.port) + (packet.port ?? 0) - forward.port,
    counters: [`forward_${forward.name}`],
    forward: { index, forward },
  };
}

/** Where a packet seems to come from once it has left; the router's own address may be unknown. */
export function leavesAs(
  policy: FirewallPolicy,
  packet: Packet,
  out: string,
  redirected: boolean,
): string | undefined {
  const { oneToOne = [], snat = [], prefixTranslations = [] } = policy;
  const { family, value } = addressOf(packet.source);
  const zone = interfaceZone(policy, out);
  const links = policy.zones.flatMap(({ interfaces = [] }) => interfaces);
  const own = addressOn(policy, out, family);
  const nat = (policy.forwards?.length ?? 0) + oneToOne.length > 0;
  if (nat && redirected && packet.in === out && links.includes(out)) return own;

  const whole = oneToOne.find(
    (one) => one.zone === zone && isSameAddress(one.internal, packet.source),
  );
  if (whole) return canonicalAddress(whole.external);
  const fixed = snat.filter((one) => one.to === zone && addressOf(one.address).family === family);
  const chosen =
    fixed.find(({ sources }) => sources && holds(prefixesOf(sources, family), family, value)) ??
    fixed.find(({ sources }) => !sources);
  if (chosen) return canonicalAddress(chosen.address);
  const site = prefixTranslations.find(
    (one) => one.zone === zone && isWithin(parseCidr(one.internal), packet.source),
  );
  if (site) return exchange(packet.source, site.external);
  const masquerades = (family === 4 ? policy.masquerade : policy.masquerade6) ?? [];
  const masqueraded =
    isIn(policy, masquerades, out, packet.destination) &&
    !isIn(policy, policy.keepAddresses ?? [], packet.in, packet.source);
  return masqueraded ? own : canonicalAddress(packet.source);
}

/** Whether an address behind a device is in one of these zones. */
function isIn(
  { zones }: FirewallPolicy,
  names: readonly string[],
  device: string | undefined,
  address: string,
): boolean {
  const { family, value } = addressOf(address);
  return zones.some(
    ({ name, interfaces, addresses }) =>
      names.includes(name) &&
      (!interfaces || (device !== undefined && interfaces.includes(device))) &&
      (addresses === undefined || holds(prefixesOf(addresses, family), family, value)),
  );
}

/** The first forward that fits: those of external addresses come before those of a zone. */
function findForward(policy: FirewallPolicy, packet: Packet): number {
  const { forwards = [] } = policy;
  const fits = forwards.map((forward) => carries(policy, forward, packet));
  const external = forwards.findIndex(
    ({ externalAddresses }, i) =>
      fits[i] && externalAddresses?.some((one) => isSameAddress(one, packet.destination)),
  );
  if (external >= 0 || packet.in === undefined) return external;
  const owners = ownersOf(policy, packet.destination);
  if (owners.length === 0) return -1;
  // Asked for the zones one after the other: the first that has forwards looks first.
  const zones = [
    ...new Set(forwards.filter((one) => !one.externalAddresses).map((one) => one.from)),
  ];
  for (const zone of zones) {
    const own = interfacesOf(policy, zone);
    const reached = own.includes(packet.in) || owners.every((owner) => own.includes(owner));
    const index = forwards.findIndex(
      (forward, i) => fits[i] && !forward.externalAddresses && forward.from === zone,
    );
    if (reached && index >= 0) return index;
  }
  return -1;
}

function carries(policy: FirewallPolicy, forward: FirewallForward, packet: Packet): boolean {
  const { port, lastPort = port, allow } = forward;
  const { family, value } = addressOf(packet.source);
  const members = (allow ?? []).flatMap((one) =>
    isSetName(one) ? membersOf(policy.sets ?? [], one) : [one],
  );
  return (
    addressOf(forward.address).family === family &&
    wire(forward.protocol).includes(packet.protocol) &&
    packet.port !== undefined &&
    port <= packet.port &&
    packet.port <= lastPort &&
    (allow === undefined || holds(prefixesOf(members, family), family, value))
  );
}

/** The same host in another prefix of the same length. */
function exchange(text: string, prefix: string): string {
  const { family, value } = addressOf(text);
  const cidr = parseCidr(prefix);
  if (!cidr) return text;
  const mask = (1n << BigInt(BITS[family] - cidr.prefix)) - 1n;
  return formatAddress(family, networkOf(cidr).address | (value & mask));
}
