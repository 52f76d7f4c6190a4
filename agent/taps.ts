import { BITS, formatAddress, formatCidr, networkOf, parseAddress, parseCidr } from "../net/cidr";
import { dnsmasqFiles, dnsmasqUnit, followerFiles, followerUnit } from "../net/host";
import { type RoutedNetwork, serverOf, type TapGuest, TapProxy } from "../net/tap-guests";
import type { ConfigFile } from "../net/config-file";
import { FOLLOWER } from "./follower";
import type { Operation } from "./bundle";

/** What every router of guests has as its link-local address. */
const GATEWAY6 = "fe80::1/64";

/** Routes to guests that follow them as Proxmox starts and stops them, and their DHCP and DNS. */
export function tapOperations(network: RoutedNetwork): Operation[] {
  const { networkName, bridgeName, addresses, guests, uplinks = [] } = network;
  const own = ownAddresses(addresses);
  const answering = uplinks.filter(({ proxy }) => proxy !== TapProxy.None);
  const ipv6 = own.includes(GATEWAY6);
  return [
    { kind: "program", name: "dnsmasq", package: "dnsmasq-base" },
    ...answering.flatMap(({ name, proxy }): Operation[] => [
      ...(ipv6 ? [sysctl(`net/ipv6/conf/${name}/proxy_ndp`)] : []),
      ...(proxy === TapProxy.Arp ? [sysctl(`net/ipv4/conf/${name}/proxy_arp`)] : []),
    ]),
    ...addresses.map(
      (text): Operation => ({ kind: "unreachable", destination: networkText(text) }),
    ),
    ...followerFiles(networkName, FOLLOWER).map(file),
    { kind: "unit", unit: followerUnit(networkName) },
    ...guests.map(
      (guest): Operation => ({
        kind: "tap",
        name: guest.interface,
        bridge: bridgeName,
        own,
        guest: addressesOf(guest),
        on: answering.map(({ name }) => name),
      }),
    ),
    ...dnsmasqFiles(serverOf(network)).map(file),
    { kind: "unit", unit: dnsmasqUnit(networkName) },
  ];
}

const sysctl = (key: string): Operation => ({ kind: "sysctl", key, value: 1 });
const file = ({ path, text }: ConfigFile): Operation => ({ kind: "file", path, text });

/** IPv4 is for the one guest; DHCPv6 serves only networks that the interface is in. */
function ownAddresses(addresses: readonly string[]): string[] {
  const own = addresses.flatMap((text) => parseCidr(text) ?? []);
  return [
    ...own.map((cidr) => formatCidr(cidr.family === 4 ? { ...cidr, prefix: BITS[4] } : cidr)),
    ...(own.some(({ family }) => family === 6) ? [GATEWAY6] : []),
  ];
}

const addressesOf = ({ address, address6 }: TapGuest) =>
  [address, address6].flatMap((text) => {
    const one = text === undefined ? undefined : parseAddress(text);
    return one ? [formatAddress(one.family, one.value)] : [];
  });

const networkText = (text: string) => {
  const cidr = parseCidr(text);
  return cidr ? formatCidr(networkOf(cidr)) : text;
};
