import {
  addressIssues,
  hostAddressIssues,
  interfaceAddressIssues,
  slaacIssues,
} from "./address-issues";
import { type Address, type Cidr, type Family, parseAddress, parseCidr } from "./cidr";
import { type Issues, issue, quote } from "./issues";

/** An address and where it is declared. */
interface GivenAddress {
  readonly path: string;
  readonly text: string;
}

const LINK_LOCAL = /^fe80:/i;

/** Why texts are not the addresses, with prefix, that a machine has on an interface. */
export const ownAddressIssues = (path: string, addresses: readonly string[]): Issues => [
  ...addresses.flatMap((text, i) =>
    // Routers may well have a link-local address of their own choice, such as fe80::1/64.
    LINK_LOCAL.test(text) && parseCidr(text)
      ? []
      : // Whether a documentation network is in its place is for the address plan to say.
        interfaceAddressIssues(`${path}[${i}]`, text, { uplinks: present([parseCidr(text)]) }),
  ),
  ...sameAddressIssues(
    addresses.map((text, i) => ({ path: `${path}[${i}]`, text: text.split("/")[0] ?? "" })),
  ),
];

/** Why the IPv6 networks of a machine can not be advertised to hosts. */
export function advertiseIssues(path: string, addresses: readonly string[]): Issues {
  const networks = addresses.flatMap((text, i) =>
    parseCidr(text)?.family === 6 && !LINK_LOCAL.test(text)
      ? [{ text, path: `${path}.addresses[${i}]` }]
      : [],
  );
  return networks.length === 0
    ? issue(`${path}.advertise`, "no IPv6 network to advertise", "an IPv6 address beside it")
    : networks.flatMap((one) =>
        slaacIssues(one.path, one.text, { uplinks: present([parseCidr(one.text)]) }),
      );
}

/** Why a machine with the given addresses can not answer for others in their place. */
export const proxyNeighbourIssues = (
  path: string,
  addresses: readonly string[],
  own: readonly Cidr[],
  family?: Family,
): Issues => [
  ...addresses.flatMap((text, i) => [
    ...reachableIssues(`${path}[${i}]`, text, family),
    ...ownIssues(`${path}[${i}]`, text, own, "the address of a machine behind it"),
  ]),
  ...sameAddressIssues(addresses.map((text, i) => ({ path: `${path}[${i}]`, text }))),
];

/** Why an address can not be that of another machine, documentation addresses aside. */
export function reachableIssues(path: string, text: string, family?: Family): Issues {
  const issues = addressIssues(path, text, { family });
  if (issues.length > 0) return issues;
  const alone = parseCidr(`${text}/${text.includes(":") ? 128 : 32}`);
  return hostAddressIssues(path, text, { family, uplinks: present([alone]) });
}

/** Why an address that must be somebody else's is not. */
export const ownIssues = (
  path: string,
  text: string,
  own: readonly Cidr[],
  expected: string,
): Issues =>
  own.some((cidr) => isAddress(cidr, parseAddress(text)))
    ? issue(path, `${quote(text)} is our own address`, expected)
    : [];

/** Every address that is given again, in whatever spelling. */
export function sameAddressIssues(addresses: readonly GivenAddress[]): Issues {
  const first = new Map<string, string>();
  return addresses.flatMap(({ path, text }) => {
    const address = parseAddress(text);
    const key = address && `${address.family} ${address.value}`;
    const other = key && first.get(key);
    if (key && !other) first.set(key, path);
    return other
      ? issue(path, `${quote(text)} is the same as ${other}`, "an address of its own")
      : [];
  });
}

/** The CIDRs that could be read. */
export const present = (cidrs: readonly (Cidr | undefined)[]): Cidr[] =>
  cidrs.filter((cidr) => cidr !== undefined);

const isAddress = (own: Cidr, address: Address | undefined): boolean =>
  address?.family === own.family && address.value === own.address;
