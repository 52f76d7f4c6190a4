import {
  type Cidr,
  contains,
  formatCidr,
  lastOf,
  networkOf,
  overlaps,
  parseAddress,
  parseCidr,
} from "./cidr";
import { type Issues, quote } from "./issues";
import { parseMac } from "./mac";

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
}

/** One interface of a router guest, found by its MAC whatever order the kernel sees it in. */
export interface RouterInterface extends RouterAddressing {
  /** Name inside the guest, from its first boot on. */
  name: string;
  /** Permanent Ethernet address. */
  mac: string;
}

const NAME = /^[a-z][a-z0-9-]{0,11}$/;
const RESERVED = ["all", "default", "lo"];

/** Every reason why a router's interfaces can not work side by side. */
export function interfaceIssues(interfaces: readonly RouterInterface[]): Issues {
  const ways = interfaces.filter((one) => one.defaultRoute);
  return [
    ...interfaces.flatMap((one, i) => {
      const path = `interfaces[${i}]`;
      const twin = (same: (other: RouterInterface) => boolean) => interfaces.findIndex(same) < i;
      return [
        ...(NAME.test(one.name) && !RESERVED.includes(one.name)
          ? []
          : [
              `${path}.name: got ${quote(one.name)}; expected ${NAME.source}, none of ${RESERVED.join(", ")}`,
            ]),
        ...(twin((other) => other.name === one.name)
          ? [`${path}.name: ${quote(one.name)} is declared twice; expected a name of its own`]
          : []),
        ...(parseMac(one.mac)
          ? []
          : [
              `${path}.mac: got ${quote(one.mac)}; expected a unicast MAC such as 68:05:ca:00:01:00`,
            ]),
        ...(twin((other) => parseMac(other.mac) === parseMac(one.mac))
          ? [`${path}.mac: ${quote(one.mac)} is declared twice; expected a MAC of its own`]
          : []),
        ...(one.defaultRoute && !one.dhcp
          ? [`${path}.defaultRoute: needs a route from DHCP; expected dhcp: true beside it`]
          : []),
        ...addressIssues(path, one),
        ...poolIssues(path, one),
      ];
    }),
    ...(ways.length > 1
      ? [
          `interfaces: ${ways.map(({ name }) => name).join(", ")} all take the default route; expected one`,
        ]
      : []),
    ...overlapIssues(interfaces),
  ];
}

const addressIssues = (path: string, { addresses = [] }: RouterInterface): Issues =>
  addresses.flatMap((text, i) => {
    const cidr = parseCidr(text);
    const at = `${path}.addresses[${i}]: got ${quote(text)}`;
    if (!cidr) return [`${at}; expected an address with prefix such as 192.168.100.1/24`];
    const alone = cidr.prefix >= (cidr.family === 4 ? 31 : 127);
    return !alone && (cidr.address === networkOf(cidr).address || isBroadcast(cidr))
      ? [`${at}, the network or broadcast address; expected a host's address`]
      : [];
  });

const isBroadcast = (cidr: Cidr) => cidr.family === 4 && cidr.address === lastOf(cidr);

function poolIssues(path: string, { addresses = [], pool }: RouterInterface): Issues {
  if (!pool) return [];
  const { from, to, leaseTime = 3600 } = pool;
  const own = addresses.map(parseCidr).find((cidr) => cidr?.family === 4);
  if (!own) return [`${path}.pool: no IPv4 network to hand out; expected an address beside it`];
  const [first, last] = [parseAddress(from), parseAddress(to)];
  const outside = [["from", from, first] as const, ["to", to, last] as const].flatMap(
    ([key, text, address]) =>
      address?.family === 4 &&
      contains(own, 4, address.value) &&
      address.value !== networkOf(own).address &&
      address.value !== lastOf(own)
        ? []
        : [
            `${path}.pool.${key}: got ${quote(text)}; expected a host in ${formatCidr(networkOf(own))}`,
          ],
  );
  const lease = Number.isInteger(leaseTime) && leaseTime >= 60 && leaseTime <= 31_536_000;
  if (outside.length > 0 || !first || !last) return outside;
  return [
    ...(first.value > last.value
      ? [`${path}.pool: ${from} comes after ${to}; expected from not above to`]
      : []),
    ...(first.value <= own.address && own.address <= last.value
      ? [`${path}.pool: holds the router's own address; expected a range without it`]
      : []),
    ...(lease
      ? []
      : [`${path}.pool.leaseTime: got ${quote(leaseTime)}; expected 60 to 31536000 seconds`]),
  ];
}

function overlapIssues(interfaces: readonly RouterInterface[]): Issues {
  const all = interfaces.flatMap(({ addresses = [] }, i) =>
    addresses.flatMap((text, j) => {
      const cidr = parseCidr(text);
      return cidr ? [{ path: `interfaces[${i}].addresses[${j}]`, text, cidr }] : [];
    }),
  );
  return all.flatMap((one, i) =>
    all
      .slice(0, i)
      .filter((other) => overlaps(other.cidr, one.cidr))
      .map(
        (other) =>
          `${one.path}: ${one.text} overlaps ${other.path} ${other.text}; expected networks apart`,
      ),
  );
}
