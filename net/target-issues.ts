import { networkEnd } from "./address-issues";
import { type Claims, keyOf, type NetworkClaim, Tenure } from "./address-claims";
import { type Address, formatAddress, formatCidr, networkOf } from "./cidr";
import { type Issues, issue } from "./issues";
import { lookup } from "./nested-networks";
import { byPlace, formatRange } from "./range";

/** Every forward that leads to nobody: to ourselves, to a stranger, to whoever has the lease. */
export function targetIssues(claims: Claims): Issues {
  const own = new Map(claims.own.map(({ path, address }) => [keyOf(address), path]));
  const guests = new Set(
    [...claims.guests, ...claims.reserved].map(({ address }) => keyOf(address)),
  );
  const find = lookup(claims.networks);
  const leased = leases(claims);
  const inside = claims.networks.filter(isOurs);

  return claims.targets.flatMap(({ path, address }) => {
    const text = formatAddress(address.family, address.value);
    const refuse = (fact: string, expected: string) => issue(path, `${text} ${fact}`, expected);

    const self = own.get(keyOf(address));
    if (self !== undefined) return refuse(`is our own ${self}`, "the address of a guest");
    if (guests.has(keyOf(address))) return [];
    const network = find(address.family, address.value);
    if (!network || !isOurs(network)) {
      const fact = network ? `is in ${network.path} ${network.text}` : "is in no declared network";
      return refuse(fact, `a host in ${listed(inside, address)}`);
    }
    if (network.tenure === Tenure.Routed) {
      return refuse(`is no guest of ${network.path} ${network.text}`, "one of its guests");
    }
    const end = networkEnd({ ...network.cidr, address: address.value });
    if (end) return refuse(`is the ${end} of ${network.path}`, "the address of a guest");
    const range = leased(address);
    return range
      ? refuse(
          `is in ${range.path} ${formatRange(range.range)}`,
          "an address outside of it, or one that is reserved",
        )
      : [];
  });
}

const isOurs = ({ tenure }: NetworkClaim) => tenure === Tenure.Shared || tenure === Tenure.Routed;

const listed = (networks: readonly NetworkClaim[], { family }: Address) => {
  const texts = networks
    .filter(({ cidr }) => cidr.family === family)
    .map(({ cidr }) => formatCidr(networkOf(cidr)));
  if (texts.length === 0) return `an IPv${family} network, which is to be declared first`;
  return texts.length > 4 ? `${texts.slice(0, 3).join(", ")} or another` : texts.join(" or ");
};

/** Finds the range that an address is handed out from. */
function leases({ ranges }: Claims) {
  const sorted = [...ranges].sort((a, b) => byPlace(a.range, b.range));
  return ({ family, value }: Address) => {
    const at = lastNotAfter(sorted.length, (i) => {
      const range = sorted[i]?.range;
      return range !== undefined && (range.family - family || Number(range.first > value)) <= 0;
    });
    const found = sorted[at];
    return found?.range.family === family && value <= found.range.last ? found : undefined;
  };
}

/** The last index below `length` for which `holds`, which is true up to some index only. */
function lastNotAfter(length: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
