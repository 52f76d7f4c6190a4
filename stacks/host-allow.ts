import { BITS, contains, parseAddress, parseCidr } from "../net/cidr";
import { type Issues, issue } from "../net/issues";
import type { HostConfig } from "./host-config";
import { UPLINK } from "./host-network";

// RFC 1918, and RFC 6598: nobody but a neighbour can send to them.
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].map(parseCidr);

/** Why entries of `allow` would let nobody in: guests' own IPv4 addresses, from public uplinks. */
export function allowIssues(project: string, { uplinks, networks, allow }: HostConfig): Issues {
  // On an address by DHCP there may be neighbours who have a route.
  const open = uplinks.every(({ addresses }) => {
    const ipv4 = addresses.filter((text) => parseCidr(text)?.family === 4);
    return ipv4.length > 0 && !ipv4.some(isPrivate);
  });
  if (!open) return [];
  return allow.flatMap(({ from, to, destinations }, i) => {
    const network = from === UPLINK && networks.find(({ name }) => name === to);
    if (!network) return [];
    const path = `${project}:allow[${i}]`;
    const all = [...network.addresses, ...network.guests.flatMap(({ routed }) => routed)];
    if (destinations) {
      return destinations.flatMap((text, j) =>
        isPrivate(text) ? unreachable(`${path}.destinations[${j}]`, text) : [],
      );
    }
    return all.every(isPrivate) ? unreachable(`${path}.to`, all.join(", ")) : [];
  });
}

const unreachable = (path: string, text: string): Issues =>
  issue(path, `nobody outside can send to ${text}`, "an entry of forwards in place of it");

function isPrivate(text: string): boolean {
  const alone = parseAddress(text);
  const cidr = alone
    ? { family: alone.family, address: alone.value, prefix: BITS[alone.family] }
    : parseCidr(text);
  return PRIVATE.some(
    (one) => one && cidr && contains(one, cidr.family, cidr.address) && cidr.prefix >= one.prefix,
  );
}
