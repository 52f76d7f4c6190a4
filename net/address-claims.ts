import type { Address, Cidr } from "./cidr";
import type { NamedPath } from "./names";
import type { AddressRange } from "./range";

/** What a network is to the machine. */
export const Tenure = {
  /** Guests share it, and nothing else may. */
  Shared: "shared",
  /** Guests have a route each; it may lie within an uplink's. */
  Routed: "routed",
  /** The machine is one host of several. */
  Uplink: "uplink",
  /** Nothing of ours may lie in it. */
  Foreign: "foreign",
} as const;
/** What a network is to the machine. */
export type Tenure = (typeof Tenure)[keyof typeof Tenure];

/** A network that a declaration takes. */
export interface NetworkClaim {
  readonly path: string;
  readonly text: string;
  readonly cidr: Cidr;
  readonly tenure: Tenure;
  /** Another that is free, where the declaration had named none. */
  readonly instead?: (taken: readonly AddressRange[]) => string | undefined;
}

/** An address that a declaration takes or points to. */
export interface AddressClaim {
  readonly path: string;
  readonly address: Address;
  /** Another that is free, where the declaration had named none. */
  readonly instead?: (isTaken: (value: bigint) => boolean) => Address | undefined;
}

/** Addresses that DHCP hands out. */
interface RangeClaim {
  readonly path: string;
  readonly range: AddressRange;
}

/** Everything that declarations take, each with the path that a message names. */
export interface Claims {
  readonly networks: readonly NetworkClaim[];
  /** Addresses of the machine itself. */
  readonly own: readonly AddressClaim[];
  /** Addresses of routers beside us. */
  readonly gateways: readonly AddressClaim[];
  readonly guests: readonly AddressClaim[];
  /** Addresses that DHCP keeps for one host, within a range or outside of it. */
  readonly reserved: readonly AddressClaim[];
  readonly ranges: readonly RangeClaim[];
  /** Where forwards lead. */
  readonly targets: readonly AddressClaim[];
  /** Name servers that are asked. */
  readonly upstreams: readonly AddressClaim[];
  readonly macs: readonly { readonly path: string; readonly mac: string }[];
  /** Names that have to differ from each other, list by list. */
  readonly names: readonly (readonly NamedPath[])[];
}

/** What tells two addresses apart. */
export const keyOf = ({ family, value }: Address): string => `${family} ${value}`;

/** No claims: what a declaration starts from. */
export const NO_CLAIMS: Claims = {
  networks: [],
  own: [],
  gateways: [],
  guests: [],
  reserved: [],
  ranges: [],
  targets: [],
  upstreams: [],
  macs: [],
  names: [],
};

/** The claims of several declarations, to be held against each other. */
export function joinClaims(claims: readonly Claims[]): Claims {
  return {
    networks: claims.flatMap(({ networks }) => networks),
    own: claims.flatMap(({ own }) => own),
    gateways: claims.flatMap(({ gateways }) => gateways),
    guests: claims.flatMap(({ guests }) => guests),
    reserved: claims.flatMap(({ reserved }) => reserved),
    ranges: claims.flatMap(({ ranges }) => ranges),
    targets: claims.flatMap(({ targets }) => targets),
    upstreams: claims.flatMap(({ upstreams }) => upstreams),
    macs: claims.flatMap(({ macs }) => macs),
    names: claims.flatMap(({ names }) => names),
  };
}
