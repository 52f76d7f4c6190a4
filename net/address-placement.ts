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
  if (!network) return outsideIssues(`${path}.from`, from, own, first.family);
  if (!contains(network, last.family, last.value)) {
    return outsideIssues(`${path}.to`, to, [network], first.family);
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
  if (!network) return outsideIssues(path, text, own, family);
  // A routed guest is told the mask /24, whatever its network's.
  const seen = routed && family === 4 && network.prefix < 24 ? { ...network, prefix: 24 } : network;
  return endIssues(path, text, seen, address.value);
}

function endIssues(path: string, text: string, network: Cidr, value: bigint): Issues {
  const cidr = { ...network, address: value };
  const end = networkEnd(cidr);
  return end ? issue(path, `${text} is the ${end} of ${textOf(cidr)}`, "a host's address") : [];
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

function outsideIssues(path: string, text: string, own: readonly Cidr[], family: Family): Issues {
  const networks = own.filter((one) => one.family === family);
  return networks.length === 0
    ? issue(
        path,
        `${text} is in a network without IPv${family}`,
        `an IPv${family} address of the network first`,
      )
    : issue(path, `${text} is outside of ${networks.map(textOf).join(" and ")}`, "a host in it");
}

const textOf = (cidr: Cidr) => formatCidr(networkOf(cidr));
