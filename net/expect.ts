import { addressIssues } from "./address-issues";
import { type Family, formatAddress, lastOf, networkOf, parseAddress, parseCidr } from "./cidr";
import { declaredIssues } from "./declared";
import { got, type Issues, issue } from "./issues";
import { type FirewallPolicy, ROUTER, type Verdict } from "./policy";
import { FAMILIES, prefixesOf } from "./policy-resolve";
import type { Carried } from "./policy-services";
import { portIssues } from "./ports";
import { type Outcome, type Packet, simulate } from "./simulator";
import { isSameAddress } from "./simulator-packet";
import { addressOn, routeTo } from "./simulator-routes";

/** What a user expects of one connection, as it was written. */
export interface Expectation {
  /** Zone, or `router`. */
  readonly from: string;
  readonly source?: string;
  readonly protocol: Carried["protocol"];
  /** Address, or the zone on whose side the router's address is, or `router` for the near side. */
  readonly to: string;
  readonly port?: number;
  /** `refuse` is to drop or to reject. */
  readonly verdict: Verdict | "refuse";
  readonly arrivesAt?: { readonly address: string; readonly port?: number };
  readonly leavesAs?: string;
}

const PLACE = String.raw`(\[[0-9a-f:]+\]|[0-9a-f]*:[0-9a-f:]+|[\w.-]+)(?::(\d+))?`;
const LINE = new RegExp(
  String.raw`^from ([a-z][\w-]*)(?: ([0-9a-f.:]+))?(?: (tcp|udp|icmp|sctp))? to ${PLACE} (?:->|→) ` +
    `(accept|drop|reject|refuse)(?:, arrives at ${PLACE})?(?:, leaves as ([0-9a-f.:]+))?$`,
);
const EXAMPLE = '"from wan to 203.0.113.5:443 -> accept, arrives at 10.10.0.200:443"';

/** Read an expectation such as `from wan to 203.0.113.5:443 -> accept, arrives at 10.10.0.200:443`. */
export function parseExpectation(text: string): Expectation | undefined {
  const found = LINE.exec(text);
  if (!found) return undefined;
  const [, from = "", source, protocol, to = "", port, verdict, target, targetPort, leaves] = found;
  return {
    from,
    ...(source === undefined ? {} : { source }),
    protocol: (protocol ?? (port === undefined ? "icmp" : "tcp")) as Expectation["protocol"],
    to: bare(to),
    ...(port === undefined ? {} : { port: Number(port) }),
    verdict: verdict as Expectation["verdict"],
    ...(target === undefined
      ? {}
      : {
          arrivesAt: {
            address: bare(target),
            ...(targetPort === undefined ? {} : { port: Number(targetPort) }),
          },
        }),
    ...(leaves === undefined ? {} : { leavesAs: leaves }),
  };
}

/** Every expectation that a valid policy does not meet, with what it does instead and why. */
export function expectationIssues(policy: FirewallPolicy, expectations: readonly string[]): Issues {
  return declaredIssues("expect", expectations, ["text"], (texts) =>
    texts.flatMap((text, i) => oneIssue(`expect[${i}]`, policy, text)),
  );
}

function oneIssue(path: string, policy: FirewallPolicy, text: string): Issues {
  const expectation = parseExpectation(text);
  if (!expectation) return issue(path, got(text), EXAMPLE);
  const ends = [ROUTER, ...policy.zones.map((zone) => zone.name)].sort();
  if (!ends.includes(expectation.from)) {
    return issue(path, `unknown zone "${expectation.from}"`, ends.join(", "));
  }
  const values = expectedValueIssues(path, expectation);
  if (values.length > 0) return values;
  const lost = [expectation.from, expectation.to].find(
    (one) => policy.zones.some(({ name }) => name === one) && entry(policy, one) === undefined,
  );
  if (lost !== undefined) {
    return issue(path, `no interface leads to zone "${lost}"`, "a route to it in routes");
  }
  const packet = packetOf(policy, expectation);
  if (!packet) {
    return issue(path, got(text), `an address, ${ends.join(", ")} as destination`);
  }
  const outcome = simulate(packet.policy, packet.packet);
  if (outcome.decidedBy === "no route") {
    return issue(path, `there is no route to ${outcome.destination}`, "one in routes");
  }
  return isMet(expectation, outcome)
    ? []
    : issue(path, `${text.split(/ (?:->|→) /)[0] ?? ""}: ${tell(outcome)}`, wanted(text));
}

/** What is written like an address or a port, and is none. */
function expectedValueIssues(path: string, expectation: Expectation): Issues {
  const { source, to, port, arrivesAt, leavesAs } = expectation;
  const literal = parseAddress(to);
  const addresses = [source, arrivesAt?.address, leavesAs].filter((one) => one !== undefined);
  const ports = [port, arrivesAt?.port].filter((one) => one !== undefined);
  const wrong = [
    ...addresses.flatMap((one) => addressIssues(path, one)),
    ...ports.flatMap((one) => portIssues(path, one)),
  ];
  if (wrong.length > 0) return wrong;
  const families = [...addresses, ...(literal ? [to] : [])].map((one) => parseAddress(one)?.family);
  return new Set(families).size > 1
    ? issue(path, "addresses of both IP families", "one family")
    : [];
}

/** A packet such as an expectation speaks of, and the policy with the addresses it takes for granted. */
function packetOf(policy: FirewallPolicy, expectation: Expectation) {
  const { from, to, port, protocol } = expectation;
  const literal = parseAddress(to);
  const family = literal?.family ?? parseAddress(expectation.source ?? "")?.family ?? 4;
  const device = from === ROUTER ? undefined : entry(policy, from);
  const side = to === ROUTER ? device : literal ? undefined : entry(policy, to);
  if (!literal && side === undefined) return undefined;
  const known = literal ? to : side && addressOn(policy, side, family);
  const granted: FirewallPolicy =
    known === undefined && side !== undefined
      ? {
          ...policy,
          addresses: [...(policy.addresses ?? []), { interface: side, address: STAND_IN[family] }],
        }
      : policy;
  const source = expectation.source ?? sourceIn(policy, from, device, family);
  const guest = policy.guests?.find(({ addresses }) =>
    addresses.some((one) => isSameAddress(one, source)),
  );
  const packet: Packet = {
    ...(device === undefined ? {} : { in: guest?.interface ?? device }),
    ...(guest ? { mac: guest.mac } : {}),
    source,
    destination: known ?? STAND_IN[family].split("/")[0] ?? "",
    protocol,
    ...(port === undefined ? {} : { port }),
  };
  return { policy: granted, packet };
}

// Set aside by IANA for no host, so that no declaration can mean them (RFC 7600, RFC 6666).
const STAND_IN: Record<Family, string> = { 4: "192.0.0.8/32", 6: "100::8/128" };
const STRANGER: Record<Family, string> = { 4: "192.0.0.9", 6: "100::9" };

/** The interface by which packets of a zone come in. */
function entry(policy: FirewallPolicy, name: string): string | undefined {
  const zone = policy.zones.find((one) => one.name === name);
  const address = zone?.addresses?.[0]?.split("/")[0];
  return zone?.interfaces?.[0] ?? (address === undefined ? undefined : routeTo(policy, address));
}

/** Somebody in a zone: in its own networks, else in those of its interface, else anywhere. */
export function sourceIn(
  policy: FirewallPolicy,
  name: string,
  device: string | undefined,
  family: Family,
): string {
  if (device === undefined) return STAND_IN[family].split("/")[0] ?? "";
  const zone = policy.zones.find((one) => one.name === name);
  const own = prefixesOf(zone?.addresses ?? [], family)[0];
  if (own) return formatAddress(family, lastOf(own) - (own.prefix < 31 ? 1n : 0n));
  const link = (policy.addresses ?? [])
    .filter((one) => one.interface === device)
    .flatMap(({ address }) => parseCidr(address) ?? [])
    .find((cidr) => cidr.family === family);
  if (!link || link.prefix >= (family === 4 ? 31 : 127)) return STRANGER[family];
  const first = networkOf(link).address + 1n;
  return formatAddress(family, first === link.address ? first + 1n : first);
}

function isMet(expectation: Expectation, outcome: Outcome): boolean {
  const { verdict, arrivesAt, leavesAs } = expectation;
  return (
    (verdict === "refuse" ? outcome.verdict !== "accept" : outcome.verdict === verdict) &&
    (arrivesAt === undefined ||
      (isSameAddress(outcome.destination, arrivesAt.address) &&
        (arrivesAt.port ?? outcome.port) === outcome.port)) &&
    (leavesAs === undefined ||
      (outcome.source !== undefined && isSameAddress(outcome.source, leavesAs)))
  );
}

function tell({ verdict, decidedBy, destination, port, source }: Outcome): string {
  const at = port === undefined ? destination : place(destination, port);
  const leaves = verdict === "accept" && source !== undefined ? `, leaves as ${source}` : "";
  return `${verdict}, arrives at ${at}${leaves}, by ${decidedBy}`;
}

const wanted = (text: string) => text.split(/ (?:->|→) /)[1] ?? "";

const bare = (text: string) => text.replace(/^\[|\]$/g, "");

const place = (address: string, port: number) =>
  FAMILIES.some((family) => family === 6 && address.includes(":"))
    ? `[${address}]:${port}`
    : `${address}:${port}`;
