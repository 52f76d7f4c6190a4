import { slotsFor } from "./address-allocation";
import { networkEnd } from "./address-issues";
import type { AddressPlan, PlannedNetwork } from "./address-plan";
import { isCrowded } from "./address-plan-claims";
import {
  type Cidr,
  contains,
  type Family,
  formatCidr,
  networkOf,
  parseAddress,
  parseCidr,
} from "./cidr";
import { type Issues, issue, quote } from "./issues";
import { subnetCount } from "./prefix";

/** Every address of a plan that does not fit into its own network, and every network too small. */
export function placementIssues(path: string, plan: AddressPlan, full: AddressPlan): Issues {
  return [
    ...poolIssues(path, plan),
    ...(plan.networks ?? []).flatMap((given, i) => {
      const at = `${path}.networks[${i}]`;
      const network = full.networks?.[i] ?? given;
      const own = (network.addresses ?? []).flatMap((text) => parseCidr(text) ?? []);
      return [
        ...(given.ranges ?? []).flatMap(({ from, to }, j) =>
          rangeIssues(`${at}.ranges[${j}]`, from, to, own),
        ),
        ...(given.guests ?? []).flatMap(({ address, address6 }, j) => [
          ...guestIssues(`${at}.guests[${j}].address`, address, 4, own, given),
          ...guestIssues(`${at}.guests[${j}].address6`, address6, 6, own, given),
        ]),
        ...([4, 6] as const).flatMap((family) => crowdIssues(at, given, network, family)),
      ];
    }),
  ];
}

function poolIssues(path: string, { pools = [], networks = [] }: AddressPlan): Issues {
  const open = networks.filter(({ addresses }) => addresses === undefined).length;
  return pools.flatMap(({ network, prefix }, i) => {
    const whole = parseCidr(network);
    const count = whole ? subnetCount(whole, prefix) : 0n;
    const first = pools.findIndex((one) => parseCidr(one.network)?.family === whole?.family) === i;
    return whole && first && BigInt(open) > count
      ? issue(
          `${path}.networks`,
          `${open} without addresses`,
          `at most ${count}, as many as pools[${i}] ${network} holds`,
        )
      : [];
  });
}

function rangeIssues(path: string, from: string, to: string, own: readonly Cidr[]): Issues {
  const [first, last] = [parseAddress(from), parseAddress(to)];
  if (!first || !last) return [];
  const network = own.find((one) => contains(one, first.family, first.value));
  if (!network)
    return issue(
      `${path}.from`,
      `${from} is outside of ${texts(own, first.family)}`,
      "a host in it",
    );
  if (!contains(network, last.family, last.value)) {
    return issue(`${path}.to`, `${to} is outside of ${texts([network])}`, "a host in it");
  }
  if (first.value > last.value)
    return issue(path, `${from} comes after ${to}`, "from not above to");
  return [
    ...endIssues(`${path}.from`, from, network, first.value),
    ...endIssues(`${path}.to`, to, network, last.value),
  ];
}

function guestIssues(
  path: string,
  text: string | undefined,
  family: Family,
  own: readonly Cidr[],
  { routed }: PlannedNetwork,
): Issues {
  const address = text === undefined ? undefined : parseAddress(text);
  if (text === undefined || address?.family !== family) return [];
  const network = own.find((one) => contains(one, family, address.value));
  if (!network) return issue(path, `${text} is outside of ${texts(own, family)}`, "a host in it");
  // A routed guest is told the mask /24, so that it asks for its neighbours one by one.
  const seen = routed && family === 4 && network.prefix < 24 ? { ...network, prefix: 24 } : network;
  return endIssues(path, text, seen, address.value);
}

function endIssues(path: string, text: string, network: Cidr, value: bigint): Issues {
  const cidr = { ...network, address: value };
  const end = networkEnd(cidr);
  return end ? issue(path, `${text} is the ${end} of ${texts([cidr])}`, "a host's address") : [];
}

function crowdIssues(
  at: string,
  given: PlannedNetwork,
  full: PlannedNetwork,
  family: Family,
): Issues {
  const slots = slotsFor(full, family);
  const key = family === 4 ? "address" : "address6";
  if (!slots || !isCrowded(given, key, slots.count)) return [];
  const many = (given.guests ?? []).filter((guest) => guest[key] === undefined).length;
  return issue(
    `${at}.guests`,
    `${many} without ${key}`,
    `at most ${slots.count}, as many as ${quote(given.name)} has left`,
  );
}

function texts(cidrs: readonly Cidr[], family?: Family): string {
  const own = cidrs.filter((one) => family === undefined || one.family === family);
  return own.length === 0
    ? `a network without IPv${family ?? 4}`
    : own.map((one) => formatCidr(networkOf(one))).join(" and ");
}
