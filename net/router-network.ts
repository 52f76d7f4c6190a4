import { interfaceAddressIssues } from "./address-issues";
import { type Claims, joinClaims, NO_CLAIMS } from "./address-claims";
import { clashIssues } from "./address-clashes";
import { type Cidr, formatCidr, networkOf, parseAddress, parseCidr } from "./cidr";
import type { FixedLease } from "./dhcp";
import { reservationIssues } from "./dhcp-issues";
import { leaseTimeIssues } from "./durations";
import { got, type Issues, issue } from "./issues";
import { joinIssues } from "./joined-issues";
import { macIssues, sameMacIssues } from "./mac";
import { nameIssues } from "./names";
import { parsePlain } from "./plain";
import { hostsOf, parseRange } from "./range";
import { interfaceClaims } from "./router-claims";
import { type Fields, shapeIssues } from "./shape";

/** Addresses that a router hands out on one interface. */
export interface RouterDhcpPool {
  /** First address, IPv4, in the interface's own network. */
  from: string;
  /** Last address. */
  to: string;
  /**
   * Lease time in seconds.
   * @default 3600
   */
  leaseTime?: number;
}

/** What one interface of a router does with addresses. */
export interface RouterAddressing {
  /**
   * Take an address, and where `defaultRoute` says so the route and name servers, from DHCP.
   * @default false
   */
  dhcp?: boolean;
  /**
   * Whether the way out leads through here; at most one interface, and it needs `dhcp`.
   * @default false
   */
  defaultRoute?: boolean;
  /**
   * Own addresses with their prefix, such as `192.168.100.1/24`.
   * @default none
   */
  addresses?: string[];
  /**
   * DHCP server on this interface; it also hands out the router as name server.
   * @default none
   */
  pool?: RouterDhcpPool;
  /**
   * Hosts that always get the same address from the DHCP server; port forwards may lead to them.
   * @default none
   */
  reservations?: FixedLease[];
}

/** One interface of a router guest, found by its MAC whatever order the kernel sees it in. */
export interface RouterInterface extends RouterAddressing {
  /** Name inside the guest, from its first boot on. */
  name: string;
  /** Permanent Ethernet address. */
  mac: string;
}

const INTERFACE_SHAPE: Fields = {
  name: "text",
  mac: "text",
  "dhcp?": "flag",
  "defaultRoute?": "flag",
  "addresses?": ["text"],
  "pool?": { from: "text", to: "text", "leaseTime?": "number" },
  "reservations?": [{ mac: "text", address: "text", "name?": "text" }],
};

/** What a router's interfaces are among. */
interface Surroundings {
  /**
   * What others take of the addresses.
   * @default nothing
   */
  readonly beside?: Claims;
  /**
   * Name of an interface on which the router is one host of several.
   * @default none
   */
  readonly uplink?: string;
}

/**
 * Every reason why a router's interfaces can not work side by side.
 *
 * First each value for itself; only once all of them can be read, how they stand to each other.
 */
export function interfaceIssues(
  interfaces: readonly RouterInterface[],
  { beside = NO_CLAIMS, uplink }: Surroundings = {},
): Issues {
  const { value = [], issues } = parsePlain("interfaces", interfaces);
  const shape = issues.length > 0 ? issues : shapeIssues("interfaces", value, [INTERFACE_SHAPE]);
  const values =
    shape.length > 0 ? shape : value.flatMap((one, i) => valueIssues(`interfaces[${i}]`, one));
  if (values.length > 0) return values;
  const claims = interfaceClaims("interfaces", value, uplink);
  return joinIssues(
    [
      ...routeIssues(value),
      ...value.flatMap((one, i) => poolIssues(`interfaces[${i}]`, one)),
      ...clashIssues(joinClaims([beside, claims])),
    ],
    ...value.map((one, i) => leaseIssues(`interfaces[${i}].reservations`, one, claims.macs)),
  );
}

function valueIssues(path: string, { name, mac, addresses = [], pool }: RouterInterface): Issues {
  return [
    ...nameIssues(`${path}.name`, name),
    ...macIssues(`${path}.mac`, mac),
    ...addresses.flatMap((text, i) =>
      interfaceAddressIssues(`${path}.addresses[${i}]`, text, {
        // Without a pool it may be the way out, in whatever network that is.
        uplinks: pool ? [] : addresses.flatMap((one) => parseCidr(one) ?? []),
      }),
    ),
    ...(pool ? leaseTimeIssues(`${path}.pool.leaseTime`, pool.leaseTime ?? 3600) : []),
  ];
}

function routeIssues(interfaces: readonly RouterInterface[]): Issues {
  const ways = interfaces.filter(({ defaultRoute }) => defaultRoute);
  return [
    ...interfaces.flatMap(({ defaultRoute, dhcp }, i) =>
      defaultRoute && !dhcp
        ? issue(`interfaces[${i}].defaultRoute`, "needs a route from DHCP", "dhcp: true beside it")
        : [],
    ),
    ...(ways.length > 1
      ? issue(
          "interfaces",
          `${ways.map(({ name }) => name).join(", ")} all take the default route`,
          "one",
        )
      : []),
  ];
}

function poolIssues(path: string, { addresses = [], pool }: RouterInterface): Issues {
  if (!pool) return [];
  const { from, to } = pool;
  const own = ipv4Of(addresses);
  if (!own) {
    return issue(`${path}.pool`, "no IPv4 network to hand out", "an address beside it");
  }
  const outside = [
    ...hostIssues(`${path}.pool.from`, from, own),
    ...hostIssues(`${path}.pool.to`, to, own),
  ];
  return outside.length > 0 || parseRange(`${from}-${to}`)
    ? outside
    : issue(`${path}.pool`, `${from} comes after ${to}`, "from not above to");
}

/** A host may have a reservation in several networks, but the router is no host of its own. */
function leaseIssues(
  path: string,
  { addresses = [], pool, reservations = [] }: RouterInterface,
  macs: Claims["macs"],
): Issues {
  if (reservations.length === 0) return [];
  if (!pool) return issue(path, "no DHCP server to keep them", "a pool beside them");
  const own = ipv4Of(addresses);
  const reserved = reservations.map(({ mac }, i) => ({ path: `${path}[${i}].mac`, mac }));
  return joinIssues(
    own ? reservationIssues(path, reservations, [own]) : [],
    sameMacIssues([...macs, ...reserved]),
  );
}

const ipv4Of = (addresses: readonly string[]) =>
  addresses.map((text) => parseCidr(text)).find((cidr) => cidr?.family === 4);

function hostIssues(path: string, text: string, network: Cidr): Issues {
  const { first, last } = hostsOf(network);
  const address = parseAddress(text);
  return address?.family === 4 && first <= address.value && address.value <= last
    ? []
    : issue(path, got(text), `a host in ${formatCidr(networkOf(network))}`);
}
