import { Ipv6Mode, type RoutedGuest } from "../components";
import { hostAddressIssues } from "../net/address-issues";
import { type Cidr, contains, parseAddress, parseCidr } from "../net/cidr";
import { type Issues, issue } from "../net/issues";
import type { HostConfig } from "./host-config";

interface Declared {
  readonly path: string;
  readonly text: string;
  readonly cidr: Cidr;
}

/**
 * Addresses of guests that the host has to do something for: those beside their network's have a way of
 * their own, and for those from an uplink's network the host answers there, IPv6 where the mode says so.
 */
export function routedGuests(
  { uplinks }: HostConfig,
  { guests }: HostConfig["networks"][number],
  mode: Ipv6Mode,
): RoutedGuest[] {
  const answering = (address: string) =>
    address.includes(":") && mode !== Ipv6Mode.NdpProxy
      ? undefined
      : uplinks.find(({ addresses }) => addresses.some((text) => holds(text, address)))?.name;
  return guests.flatMap(({ routed, address6 }) => [
    ...routed.map((address) => ({ address, proxyOn: answering(address) })),
    ...(address6 === undefined ? [] : [address6]).flatMap((address) => {
      const proxyOn = answering(address);
      return proxyOn === undefined ? [] : [{ address, proxyOn }];
    }),
  ]);
}

/** Why those addresses can not be led to guests, by their keys. */
export function routedIssues(project: string, { networks, uplinks }: HostConfig): Issues {
  const own = declared(`${project}:uplinks`, uplinks);
  const inside = declared(`${project}:networks`, networks);
  const all = networks.flatMap(({ guests }, n) =>
    guests.flatMap(({ routed }, g) =>
      routed.map((text, i) => ({
        path: `${project}:networks[${n}].guests[${g}].routed[${i}]`,
        text,
      })),
    ),
  );
  return all.flatMap(({ path, text }, i) => {
    const wrong = hostAddressIssues(path, text, { uplinks: own.map(({ cidr }) => cidr) });
    const address = parseAddress(text);
    if (wrong.length > 0 || !address) return wrong;
    const taken = [...own, ...inside].find(
      ({ cidr }) => cidr.family === address.family && cidr.address === address.value,
    );
    const network = inside.find(({ cidr }) => contains(cidr, address.family, address.value));
    const twin = all.slice(0, i).find((other) => parseAddress(other.text)?.value === address.value);
    if (taken) return issue(path, `${text} is the host's own, ${taken.path}`, "another address");
    if (twin) return issue(path, `${text} is the same as ${twin.path}`, "an address of its own");
    return network
      ? issue(path, `${text} is in ${network.path} ${network.text}`, "address or address6 for it")
      : [];
  });
}

const declared = (
  path: string,
  list: readonly { readonly addresses: readonly string[] }[],
): Declared[] =>
  list.flatMap(({ addresses }, i) =>
    addresses.flatMap((text, j) => {
      const cidr = parseCidr(text);
      return cidr ? [{ path: `${path}[${i}].addresses[${j}]`, text, cidr }] : [];
    }),
  );

function holds(network: string, text: string): boolean {
  const [cidr, address] = [parseCidr(network), parseAddress(text)];
  return (
    cidr !== undefined && address !== undefined && contains(cidr, address.family, address.value)
  );
}
