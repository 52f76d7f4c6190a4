import { parseAddress } from "./cidr";
import { type Issues, issue, quote } from "./issues";
import type { FirewallForward, FirewallPolicy } from "./policy";
import { guardedBy, wire } from "./policy-resolve";
import { formatPorts, type PortRange, portsOverlap } from "./ports";

/** Ports of one protocol on one address, or on all addresses of a zone, and who forwards them. */
interface Claim {
  readonly index: number;
  readonly forward: FirewallForward;
  readonly protocol: string;
  readonly range: PortRange;
  readonly place: string;
}

/** Every port that is forwarded twice, with both declarations; the later one is at fault. */
export function forwardClashes({ forwards = [], oneToOne = [] }: FirewallPolicy): Issues {
  const places = new Map<string, Claim[]>();
  for (const claim of claims(forwards)) {
    const key = `${claim.place} ${claim.protocol}`;
    const known = places.get(key);
    if (known) known.push(claim);
    else places.set(key, [claim]);
  }
  const clashes = [...places.values()].flatMap(overlaps);
  return [
    ...clashes
      .sort((a, b) => a.later.index - b.later.index)
      .flatMap(({ earlier, later }) =>
        issue(
          `forwards[${later.index}].port`,
          `${later.protocol} ${formatPorts(later.range)} ${later.place} is already forwarded by ${quote(earlier.forward.name)}${sameName(earlier, later)}`,
          "a port of its own",
        ),
      ),
    ...translatedWhole(forwards, oneToOne),
  ];
}

/** Every forward that would take a port the administrator comes in by. */
export function forwardCaptures(policy: FirewallPolicy): Issues {
  const { forwards = [], management, zones, addresses = [] } = policy;
  const managed = zones.find(
    (zone) => !zone.addresses && zone.interfaces?.includes(management.interface),
  )?.name;
  const own = addresses
    .filter((one) => one.interface === management.interface)
    .map(({ address }) => canonical(address.split("/")[0] ?? ""));
  const guarded = guardedBy(management);
  return forwards.flatMap((forward, i) => {
    const { externalAddresses: externals } = forward;
    if (!externals && forward.from !== managed) return [];
    const captured = wire(forward.protocol).flatMap((protocol) =>
      guarded
        .filter((one) => one.protocol === protocol)
        .flatMap(({ ports = [] }) => ports.filter((range) => portsOverlap(range, rangeOf(forward))))
        .map((range) => `${protocol === "udp" ? "udp " : ""}${formatPorts(range)}`),
    );
    return captured.flatMap((port) => {
      const fact = `would capture management port ${port} on ${management.interface}`;
      if (!externals) {
        return issue(`forwards[${i}].port`, fact, "another port, or externalAddresses");
      }
      if (externals.some((one) => own.includes(canonical(one)))) {
        return issue(`forwards[${i}].port`, fact, "another port or address");
      }
      // Whether an address is the one to administer by can only be told when that is known.
      return own.length === 0 && forward.from === managed
        ? issue(
            `forwards[${i}].port`,
            `might capture management port ${port} on ${management.interface}`,
            `another port, or the address of ${management.interface} in addresses`,
          )
        : [];
    });
  });
}

const rangeOf = ({ port, lastPort = port }: FirewallForward): PortRange => ({
  from: port,
  to: lastPort,
});

function claims(forwards: readonly FirewallForward[]): Claim[] {
  return forwards.flatMap((forward, index) => {
    const places = forward.externalAddresses?.map((one) => `on ${canonical(one)}`) ?? [
      `from ${forward.from}${parseAddress(forward.address)?.family === 6 ? " (IPv6)" : ""}`,
    ];
    const range = rangeOf(forward);
    return wire(forward.protocol).flatMap((protocol) =>
      places.map((place) => ({ index, forward, protocol, range, place })),
    );
  });
}

/** Ranges that meet, found in one pass over them in order; each later one is told once. */
function overlaps(list: readonly Claim[]): { earlier: Claim; later: Claim }[] {
  const sorted = [...list].sort((a, b) => a.range.from - b.range.from || a.index - b.index);
  let furthest: Claim | undefined;
  return sorted.flatMap((one) => {
    const other = furthest;
    if (!other || one.range.to > other.range.to) furthest = one;
    if (!other || other.range.to < one.range.from) return [];
    const [earlier, later] = other.index <= one.index ? [other, one] : [one, other];
    return [{ earlier, later }];
  });
}

const sameName = (earlier: Claim, later: Claim) =>
  earlier.index === later.index || earlier.forward.name === later.forward.name
    ? ` (forwards[${earlier.index}])`
    : "";

/** An address that stands for one machine has no ports left to forward. */
function translatedWhole(
  forwards: readonly FirewallForward[],
  oneToOne: NonNullable<FirewallPolicy["oneToOne"]>,
): Issues {
  const whole = new Map(oneToOne.map((one, i) => [canonical(one.external), { name: one.name, i }]));
  return forwards.flatMap((forward, i) =>
    (forward.externalAddresses ?? []).flatMap((external, j) => {
      const other = whole.get(canonical(external));
      return other
        ? issue(
            `forwards[${i}].externalAddresses[${j}]`,
            `${external} stands for one machine by ${quote(other.name)} (oneToOne[${other.i}])`,
            "another address",
          )
        : [];
    }),
  );
}

function canonical(text: string): string {
  const address = parseAddress(text);
  return address ? (address.family === 4 ? text : address.value.toString(16)) : text;
}
