import { allocatePlan, freeSlots, slotsFor } from "./address-allocation";
import {
  type AddressClaim,
  type Claims,
  NO_CLAIMS,
  type NetworkClaim,
  Tenure,
} from "./address-claims";
import type {
  AddressPlan,
  ForeignNetwork,
  PlannedForward,
  PlannedGuest,
  PlannedNetwork,
  PlannedUplink,
} from "./address-plan";
import { BITS, type Cidr, formatCidr, parseAddress, parseCidr } from "./cidr";
import { nextFree } from "./prefix";
import { type AddressRange, parseRange } from "./range";

/** What a plan takes of a machine's addresses, those included that it left open. */
export function planClaims(path: string, plan: AddressPlan, full = allocatePlan(plan)): Claims {
  const networks = (full.networks ?? []).map((network, i) => ({
    at: `${path}.networks[${i}]`,
    given: plan.networks?.[i] ?? network,
    network,
  }));
  const uplinks = (plan.uplinks ?? []).map((uplink, i) => ({
    uplink,
    at: `${path}.uplinks[${i}]`,
  }));
  return {
    ...NO_CLAIMS,
    networks: [
      ...networks.flatMap(({ at, given, network }) => networkClaims(at, given, network, plan)),
      // An address alone takes nothing from the network that it is in.
      ...uplinks.flatMap(({ at, uplink }) =>
        cidrClaims(at, uplink.addresses, Tenure.Uplink).filter(
          ({ cidr }) => cidr.prefix < BITS[cidr.family],
        ),
      ),
      ...foreignClaims(`${path}.foreign`, plan.foreign).networks,
    ],
    own: [
      ...networks.flatMap(({ at, network }) => addressClaims(`${at}.addresses`, network.addresses)),
      ...uplinks.flatMap(({ at, uplink }) => addressClaims(`${at}.addresses`, uplink.addresses)),
    ],
    gateways: uplinks.flatMap(({ at, uplink }) => gatewayClaims(at, uplink)),
    guests: networks.flatMap(({ at, given, network }) =>
      guestClaims(at, given, network, ({ mac }) => mac === undefined),
    ),
    // A DHCP server that knows a guest gives its address to nobody else.
    reserved: networks.flatMap(({ at, given, network }) =>
      guestClaims(at, given, network, ({ mac }) => mac !== undefined),
    ),
    ranges: networks.flatMap(({ at, network }) =>
      (network.ranges ?? []).flatMap(({ from, to }, i) => {
        const range = parseRange(`${from}-${to}`);
        return range ? [{ path: `${at}.ranges[${i}]`, range }] : [];
      }),
    ),
    targets: forwardClaims(`${path}.forwards`, plan.forwards).targets,
    upstreams: addressClaims(`${path}.nameServers`, plan.nameServers),
    macs: networks.flatMap(({ at, network: { guests = [] } }) =>
      guests.flatMap(({ mac }, i) =>
        mac === undefined ? [] : [{ path: `${at}.guests[${i}].mac`, mac }],
      ),
    ),
    names: [
      [
        ...networks.map(({ at, network }) => ({ path: `${at}.name`, name: network.name })),
        ...uplinks.map(({ at, uplink }) => ({ path: `${at}.name`, name: uplink.name })),
      ],
      ...networks.map(({ at, network: { guests = [] } }) =>
        guests.map(({ name }, i) => ({ path: `${at}.guests[${i}].name`, name })),
      ),
    ],
  };
}

/** What port forwards point to, whatever else they say. */
export function forwardClaims(path: string, forwards: readonly PlannedForward[] = []): Claims {
  const targets = forwards.flatMap(({ address }, i) =>
    addressClaim(`${path}[${i}].address`, address),
  );
  return { ...NO_CLAIMS, targets };
}

/** What networks of others take. */
export function foreignClaims(path: string, foreign: readonly ForeignNetwork[] = []): Claims {
  const networks = foreign.flatMap(({ network }, i) =>
    cidrClaim(`${path}[${i}].network`, network, Tenure.Foreign),
  );
  return { ...NO_CLAIMS, networks };
}

function networkClaims(
  at: string,
  given: PlannedNetwork,
  { addresses = [], routed }: PlannedNetwork,
  { pools = [] }: AddressPlan,
): NetworkClaim[] {
  const claims = cidrClaims(at, addresses, routed ? Tenure.Routed : Tenure.Shared);
  return claims.map((claim) => ({
    ...claim,
    instead: given.addresses ? undefined : (taken) => otherNetwork(claim.cidr, pools, taken),
  }));
}

function otherNetwork(
  { family, prefix }: Cidr,
  pools: NonNullable<AddressPlan["pools"]>,
  taken: readonly AddressRange[],
): string | undefined {
  const whole = pools
    .map(({ network }) => parseCidr(network))
    .find((one) => one?.family === family);
  const free = whole && nextFree(whole, prefix, taken);
  return free && formatCidr({ ...free, address: free.address + 1n });
}

function guestClaims(
  at: string,
  given: PlannedNetwork,
  network: PlannedNetwork,
  which: (guest: PlannedGuest) => boolean,
): AddressClaim[] {
  return ([4, 6] as const).flatMap((family) => {
    const key = family === 4 ? "address" : "address6";
    const slots = slotsFor(network, family);
    const crowded = slots !== undefined && isCrowded(given, key, slots.count);
    const instead = slots && freeSlots(slots);
    return (network.guests ?? []).flatMap((guest, i) => {
      const automatic = given.guests?.[i]?.[key] === undefined;
      if (!which(guest) || (automatic && crowded)) return [];
      const claims = addressClaim(`${at}.guests[${i}].${key}`, guest[key]);
      return claims.map((claim) => (automatic ? { ...claim, instead } : claim));
    });
  });
}

/** Whether a network has fewer addresses to give than guests that ask for one. */
export function isCrowded(
  given: PlannedNetwork,
  key: "address" | "address6",
  count: bigint,
): boolean {
  return BigInt((given.guests ?? []).filter((guest) => guest[key] === undefined).length) > count;
}

const gatewayClaims = (at: string, { gateways }: PlannedUplink): AddressClaim[] =>
  // Every link has its own link-local addresses.
  addressClaims(`${at}.gateways`, gateways).filter(
    ({ address: { family, value } }) => family === 4 || value >> 118n !== 0x3fan,
  );

const cidrClaims = (at: string, texts: readonly string[], tenure: Tenure): NetworkClaim[] =>
  texts.flatMap((text, i) => cidrClaim(`${at}.addresses[${i}]`, text, tenure));

const cidrClaim = (path: string, text: string, tenure: Tenure): NetworkClaim[] => {
  const cidr = parseCidr(text);
  return cidr ? [{ path, text, cidr, tenure }] : [];
};

const addressClaims = (path: string, texts: readonly string[] = []): AddressClaim[] =>
  texts.flatMap((text, i) => addressClaim(`${path}[${i}]`, text.split("/")[0]));

const addressClaim = (path: string, text: string | undefined): AddressClaim[] => {
  const address = text === undefined ? undefined : parseAddress(text);
  return address ? [{ path, address }] : [];
};
