import { type AddressClaim, type Claims, keyOf, type NetworkClaim, Tenure } from "./address-claims";
import { type Address, contains, formatAddress } from "./cidr";
import { type Issues, issue } from "./issues";
import { sameMacIssues } from "./mac";
import { sameNameIssues } from "./names";
import { nestedPairs } from "./nested-networks";
import { type AddressRange, byPlace, formatRange, rangeOf, rangesOverlap } from "./range";
import { targetIssues } from "./target-issues";

/** Every pair of declarations that claim the same, each named by its path. */
export function clashIssues(claims: Claims): Issues {
  return [
    ...networkClashes(claims.networks),
    ...addressClashes(claims),
    ...rangeClashes(claims),
    ...targetIssues(claims),
    ...upstreamClashes(claims),
    ...sameMacIssues(claims.macs),
    ...claims.names.flatMap(sameNameIssues),
  ];
}

// What an uplink is in, others may be in too; and a routed guest may borrow an address from there.
const GET_ALONG: readonly (readonly [Tenure, Tenure])[] = [
  [Tenure.Foreign, Tenure.Foreign],
  [Tenure.Foreign, Tenure.Uplink],
  [Tenure.Routed, Tenure.Uplink],
];

/** Whether guests have a part of an uplink's IPv6 prefix that the machine itself is not in. */
function isPart(one: NetworkClaim, other: NetworkClaim): boolean {
  if (!isPair([Tenure.Shared, Tenure.Uplink], one, other)) return false;
  const [part, whole] =
    one.tenure === Tenure.Shared ? [one.cidr, other.cidr] : [other.cidr, one.cidr];
  return (
    part.family === 6 && part.prefix > whole.prefix && !contains(part, whole.family, whole.address)
  );
}

function networkClashes(networks: readonly NetworkClaim[]): Issues {
  const all = networks.map(({ cidr }) => rangeOf(cidr));
  return nestedPairs(networks)
    .filter(
      ({ one, other }) =>
        !GET_ALONG.some((pair) => isPair(pair, one, other)) && !isPart(one, other),
    )
    .flatMap(({ one, other }) => {
      const instead = one.instead?.(all);
      return issue(
        one.path,
        `${one.text} overlaps ${other.path} ${other.text}`,
        instead === undefined ? "networks apart" : `a network of its own such as ${instead}`,
      );
    });
}

const isPair = ([a, b]: readonly [Tenure, Tenure], one: NetworkClaim, other: NetworkClaim) =>
  (one.tenure === a && other.tenure === b) || (one.tenure === b && other.tenure === a);

function addressClashes({ own, gateways, guests, reserved }: Claims): Issues {
  const first = new Map(own.map(({ path, address }) => [keyOf(address), path]));
  const others = [...gateways, ...guests, ...reserved];
  const taken = new Set([...own, ...others].map(({ address }) => keyOf(address)));
  return others.flatMap(({ path, address, instead }) => {
    const key = keyOf(address);
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, path);
      return [];
    }
    const free = instead?.((value) => taken.has(keyOf({ family: address.family, value })));
    if (free) taken.add(keyOf(free));
    return issue(
      path,
      `${textOf(address)}${instead ? ", the default," : ""} is the same as ${other}`,
      `an address of its own${free ? ` such as ${textOf(free)}` : ""}`,
    );
  });
}

// Of what a range holds by mistake, as many are named as anybody reads.
const MOST = 10;

function rangeClashes({ ranges, own, gateways, guests }: Claims): Issues {
  const sorted = [...ranges].sort((a, b) => byPlace(a.range, b.range));
  const points = [...own, ...gateways, ...guests]
    .map((one) => ({ ...one, range: alone(one.address) }))
    .sort((a, b) => byPlace(a.range, b.range));
  let next = 0;
  let open: (typeof sorted)[number] | undefined;
  return sorted.flatMap((one) => {
    const { path, range } = one;
    const clash = open && rangesOverlap(open.range, range) ? open : undefined;
    if (!clash || range.last > clash.range.last) open = one;
    while (next < points.length && isBefore(points[next]?.range, range)) next += 1;
    const inside: AddressClaim[] = [];
    for (
      let i = next;
      inside.length < MOST && rangesOverlap(points[i]?.range ?? NOWHERE, range);
      i += 1
    ) {
      inside.push(...points.slice(i, i + 1));
    }
    return [
      ...(clash
        ? issue(
            path,
            `${formatRange(range)} overlaps ${clash.path} ${formatRange(clash.range)}`,
            "ranges apart",
          )
        : []),
      ...inside.flatMap((held) =>
        issue(
          path,
          `${formatRange(range)} holds ${held.path} ${textOf(held.address)}`,
          "a range without it",
        ),
      ),
    ];
  });
}

const upstreamClashes = ({ upstreams, own }: Claims): Issues => {
  const ours = new Map(own.map(({ path, address }) => [keyOf(address), path]));
  return upstreams.flatMap(({ path, address }) => {
    const self = ours.get(keyOf(address));
    return self === undefined
      ? []
      : issue(
          path,
          `${textOf(address)} is our own ${self}, which would ask itself`,
          "another server",
        );
  });
};

const textOf = ({ family, value }: Address) => formatAddress(family, value);
const alone = ({ family, value }: Address): AddressRange => ({ family, first: value, last: value });
const NOWHERE: AddressRange = { family: 4, first: -1n, last: -1n };
const isBefore = (point: AddressRange | undefined, range: AddressRange) =>
  point !== undefined &&
  (point.family < range.family || (point.family === range.family && point.last < range.first));
