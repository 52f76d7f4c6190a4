import { networkEnd } from "./address-issues";
import { formatCidr, lastOf, networkOf, parseAddress, parseCidr } from "./cidr";
import { type Issues, issue, quote } from "./issues";
import type { FirewallPolicy } from "./policy";

/** What an address stands for already, as in "the router's own on wan", and where that is declared. */
interface Owner {
  readonly what: string;
  readonly path: string;
}

/** Finds the owner of an address, however it is spelled. */
export type Owners = (text: string) => Owner | undefined;

/** What no machine behind the router can have: its own addresses, and what is nobody's. */
export function ownersIn(policy: FirewallPolicy): Owners {
  const own = (policy.addresses ?? []).map((one, i) => ({
    text: one.address.split("/")[0] ?? "",
    what: `the router's own on ${one.interface}`,
    path: `addresses[${i}]`,
  }));
  return lookup([...own, ...others(policy)]);
}

/** What the router can not have either: the next router's addresses and the ends of its networks. */
export function othersIn(policy: FirewallPolicy): Owners {
  return lookup(others(policy));
}

/** What only stands for a machine behind the router: sent there, packets would come back to it. */
export function externalsIn({ forwards = [], oneToOne = [] }: FirewallPolicy): Owners {
  return lookup([
    ...oneToOne.map(({ name, external }, i) => ({
      text: external,
      what: `an external address of ${quote(name)}`,
      path: `oneToOne[${i}]`,
    })),
    ...forwards.flatMap(({ name, externalAddresses = [] }, i) =>
      externalAddresses.map((text) => ({
        text,
        what: `an external address of ${quote(name)}`,
        path: `forwards[${i}]`,
      })),
    ),
  ]);
}

const others = ({ addresses = [], routes = [] }: FirewallPolicy) => [
  ...routes.flatMap(({ gateway }, i) =>
    gateway === undefined ? [] : [{ text: gateway, what: "a gateway's", path: `routes[${i}]` }],
  ),
  ...addresses.flatMap(({ address }, i) => ends(address, `addresses[${i}]`)),
];

function ends(text: string, path: string): (Owner & { text: string })[] {
  const cidr = parseCidr(text);
  if (!cidr) return [];
  const network = networkOf(cidr);
  return [network.address, lastOf(cidr)].flatMap((address) => {
    const end = networkEnd({ ...cidr, address });
    const host = formatCidr({ ...cidr, address }).split("/")[0] ?? "";
    return end ? [{ text: host, what: `the ${end} of ${formatCidr(network)}`, path }] : [];
  });
}

function lookup(list: readonly (Owner & { text: string })[]): Owners {
  const found = new Map<string, Owner>();
  for (const { text, ...owner } of list) {
    const key = keyOf(text);
    if (key !== undefined && !found.has(key)) found.set(key, owner);
  }
  return (text) => found.get(keyOf(text) ?? "");
}

/** The reason why an address that somebody has is not free for what is declared. */
export function ownerIssues(
  path: string,
  text: string,
  owner: Owner | undefined,
  expected: string,
): Issues {
  return owner ? issue(path, `${text} is ${owner.what} (${owner.path})`, expected) : [];
}

function keyOf(text: string): string | undefined {
  const address = parseAddress(text);
  return address && `${address.family} ${address.value}`;
}
