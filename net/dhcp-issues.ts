import { addressIssues, networkEnd } from "./address-issues";
import {
  type Address,
  type Cidr,
  contains,
  type Family,
  formatAddress,
  formatCidr,
  networkOf,
  parseAddress,
} from "./cidr";
import type { DhcpRange, DhcpReservation } from "./dhcp";
import { hostLabelIssues } from "./dns-name";
import { got, type Issues, issue } from "./issues";
import { macIssues, sameMacIssues } from "./mac";
import { sameNameIssues } from "./names";
import { ownIssues, sameAddressIssues } from "./own-address";
import { type AddressRange, formatRange, rangeHolds, rangesOverlap } from "./range";
import type { Fields } from "./shape";

/** What a reservation is made of, for data that no compiler has seen. */
export const RESERVATION_SHAPE: Fields = {
  mac: "text",
  address: "text",
  "address6?": "text",
  "name?": "text",
};

/** Why ranges can not be handed out in the networks of a server with the given addresses. */
export function dhcpRangeIssues(
  path: (index: number) => string,
  ranges: readonly DhcpRange[],
  own: readonly Cidr[],
): Issues {
  const seen: { path: string; range: AddressRange }[] = [];
  return ranges.flatMap(({ from, to }, i) => {
    const at = path(i);
    const ends = [
      ...hostIssues(`${at}.from`, from, own),
      ...hostIssues(`${at}.to`, to, own, parseAddress(from)),
    ];
    const [first, last] = [parseAddress(from), parseAddress(to)];
    if (ends.length > 0 || !first || !last) return ends;
    if (first.value > last.value) {
      return issue(at, `${from} comes after ${to}`, "from not above to");
    }
    const range = { family: first.family, first: first.value, last: last.value };
    const clash = seen.find((other) => rangesOverlap(other.range, range));
    seen.push({ path: at, range });
    return [
      ...own.filter((cidr) => rangeHolds(range, alone(cidr))).flatMap((cidr) => holdsOwn(at, cidr)),
      ...(clash
        ? issue(at, `overlaps ${clash.path} ${formatRange(clash.range)}`, "ranges apart")
        : []),
    ];
  });
}

/** Why reservations can not be kept by a server with the given addresses. */
export function reservationIssues(
  path: string,
  reservations: readonly DhcpReservation[],
  own: readonly Cidr[],
): Issues {
  const all = reservations.map((one, i) => ({ ...one, path: `${path}[${i}]` }));
  const addresses = all.flatMap(({ path: at, address, address6 }) => [
    given(`${at}.address`, address, 4),
    ...(address6 === undefined ? [] : [given(`${at}.address6`, address6, 6)]),
  ]);
  return [
    ...all.flatMap((one) => [
      ...macIssues(`${one.path}.mac`, one.mac),
      ...(one.name === undefined ? [] : hostLabelIssues(`${one.path}.name`, one.name)),
    ]),
    ...sameMacIssues(all.map((one) => ({ path: `${one.path}.mac`, mac: one.mac }))),
    ...sameNameIssues(
      all.flatMap(({ path: at, name }) =>
        typeof name === "string" ? [{ path: `${at}.name`, name }] : [],
      ),
    ),
    ...addresses.flatMap(({ path: at, text, family }) => [
      ...hostIssues(at, text, own, undefined, family),
      ...ownIssues(at, text, own, "another address"),
    ]),
    ...sameAddressIssues(addresses),
  ];
}

const given = (path: string, text: string, family: Family) => ({ path, text, family });

/** Why an address is not that of a host in one of the networks, or not in `other`'s. */
function hostIssues(
  path: string,
  text: string,
  own: readonly Cidr[],
  other?: Address,
  family: Family | undefined = other?.family,
): Issues {
  const issues = addressIssues(path, text, { family });
  const address = parseAddress(text);
  if (issues.length > 0 || !address) return issues;
  const known = own.filter((cidr) => cidr.family === address.family);
  const shared = known.filter((cidr) => other && contains(cidr, other.family, other.value));
  const networks = shared.length > 0 ? shared : known;
  const network = networks.find((cidr) => contains(cidr, address.family, address.value));
  const end = network && networkEnd({ ...network, address: address.value });
  if (end) return issue(path, `${got(text)}, the ${end}`, "a host's address");
  if (network) return [];
  const expected = networks.map((cidr) => formatCidr(networkOf(cidr))).join(" or ");
  return expected === ""
    ? issue(path, got(text), `an address of the server in IPv${address.family} first`)
    : issue(path, got(text), `a host in ${expected}`);
}

const holdsOwn = (path: string, { family, address }: Cidr): Issues =>
  issue(
    path,
    `holds ${formatAddress(family, address)}, the server's own address`,
    "a range without it",
  );

const alone = ({ family, address }: Cidr): AddressRange => ({
  family,
  first: address,
  last: address,
});
