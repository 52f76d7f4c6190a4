import fc from "fast-check";
import type { FirewallPolicy } from "../../../net/policy";
import { carriedBy, formatPrefix, parsePrefix } from "../../../net/policy-resolve";
import type { Packet } from "../../../net/simulator";
import { PORTS } from "../policies";
import { ADDRESSES, EXTERNAL, FAR, LINKS } from "./topology";
import type { WirePacket } from "./wire";

const isIPv6 = (text: string) => text.includes(":");
const own = ADDRESSES.map(({ address }) => address.split("/")[0] ?? "");
const hosts = LINKS.flatMap((link) => link.hosts);

const drawable: readonly string[] = ["tcp", "udp", "icmp"];
const LINKS_OF: Readonly<Record<string, readonly (string | undefined)[]>> = {
  router: [undefined],
  wan: ["wan"],
  far: ["wan"],
  opt: ["opt"],
};
const at = (name: string) => LINKS.find((link) => link.name === name)?.hosts ?? [];
const ENDS: Readonly<Record<string, readonly string[]>> = {
  router: own,
  wan: FAR,
  far: ["198.51.100.2", "2001:db8:51::2"],
  lan: [...at("lan"), ...at("opt")],
  dmz: ["10.10.0.22", "fd00:10::21"],
  opt: at("opt"),
};
const ASKED = {
  4: ["203.0.113.5", "203.0.113.6", "10.10.0.1"],
  6: ["2001:db8:113::5", "2001:db8:113::5", "fd00:10::1"],
};

/** Packets of either family between all ends there are, often to what the policy speaks of. */
export function packetsFor(policy: FirewallPolicy): fc.Arbitrary<Packet> {
  const { forwards = [], oneToOne = [], prefixTranslations = [] } = policy;
  const named = [
    ...forwards.flatMap(
      ({ externalAddresses }) => externalAddresses ?? ["203.0.113.5", "2001:db8:113::5"],
    ),
    ...oneToOne.map(({ external }) => external),
    ...prefixTranslations.map(() => "2001:db8:8::20"),
  ];
  const ports = [...PORTS, ...forwards.map(({ port }) => port), 9999];
  return fc
    .record({
      link: fc.constantFrom(undefined, "vm0", "wan", "wan", "lan", "lan", "opt", "opt"),
      // Most packets go where a forward, a flow or the guard is, if there is one.
      aim: fc.nat(),
      at: fc.constantFrom("forward", "flow", "flow", "guard", undefined, undefined),
      destination: fc.oneof(
        { weight: 2, arbitrary: fc.constantFrom(...own) },
        { weight: 2, arbitrary: fc.constantFrom(...hosts, ...FAR) },
        { weight: 1, arbitrary: fc.constantFrom(...EXTERNAL) },
        { weight: named.length > 0 ? 4 : 0, arbitrary: fc.constantFrom(...named, "203.0.113.5") },
      ),
      source: fc.nat(),
      protocol: fc.constantFrom("tcp" as const, "tcp" as const, "udp" as const, "icmp" as const),
      port: fc.constantFrom(...ports),
      invalid: fc.nat(11).map((n) => n === 0),
      wrongMac: fc.constantFrom(false, false, false, true),
    })
    .map(({ aim, at, ...drawn }) => {
      const pick = <T>(list: readonly T[]) => list[aim % Math.max(list.length, 1)];
      if (at === "guard") return { ...drawn, link: "vm0", port: aim % 2 ? 22 : drawn.port };
      const flow = at === "flow" ? pick(policy.flows) : undefined;
      if (flow) {
        const carried = pick(carriedBy(flow).filter((one) => drawable.includes(one.protocol)));
        return {
          ...drawn,
          link: pick(LINKS_OF[flow.from] ?? ["lan"]),
          destination: pick(ENDS[flow.to] ?? hosts) ?? "",
          ...(carried ? { protocol: carried.protocol as "tcp" | "udp" | "icmp" } : {}),
          port: pick(carried?.ports ?? [])?.from ?? drawn.port,
        };
      }
      const forward = at === "forward" ? pick(forwards) : undefined;
      if (!forward) return drawn;
      const { externalAddresses, address, port, lastPort = port } = forward;
      const external = externalAddresses ?? ASKED[isIPv6(address) ? 6 : 4];
      return {
        ...drawn,
        protocol: forward.protocol === "udp" ? ("udp" as const) : ("tcp" as const),
        destination: pick(external) ?? "",
        port: port + (aim % (lastPort - port + 1)),
      };
    })
    .map(({ link, destination, source, protocol, port, invalid, wrongMac }): Packet => {
      const near = LINKS.find(({ name }) => name === link);
      const all = [...(near?.hosts ?? own), ...(link === "wan" ? FAR : [])].filter(
        (one) => isIPv6(one) === isIPv6(destination),
      );
      const out = routed(destination);
      // The router itself speaks from the address that is on the way.
      const begun = ADDRESSES.find(
        (one) => one.interface === out && isIPv6(one.address) === isIPv6(destination),
      )?.address.split("/")[0];
      return {
        ...(near ? { in: near.name, mac: wrongMac ? "02:00:00:00:01:99" : near.peer } : {}),
        source: near ? (all[source % all.length] ?? "") : (begun ?? ""),
        destination,
        protocol,
        ...(protocol === "icmp" ? {} : { port }),
        ...(near && invalid && protocol === "tcp" ? { state: "invalid" as const } : {}),
      };
    })
    .filter(
      ({ in: link, source, destination }) =>
        source !== destination && (link !== undefined || !own.includes(destination)),
    );
}

/** The packet that goes on the wire for one that is simulated. */
export function toWire(packet: Packet, id: number): WirePacket {
  return {
    id,
    ...(packet.in === undefined
      ? {}
      : { in: packet.in, mac: packet.mac, to: LINKS.find(({ name }) => name === packet.in)?.mac }),
    source: packet.source,
    destination: packet.destination,
    protocol: packet.protocol as WirePacket["protocol"],
    // Each its own, so that whatever comes back tells what it is about.
    sport: 10_000 + (id % 50_000),
    ...(packet.port === undefined ? {} : { port: packet.port }),
    // An answer to nothing is no part of a connection.
    ...(packet.state === "invalid" ? { flags: 0x12 } : {}),
  };
}

function routed(destination: string): string {
  const link = LINKS.find(({ addresses }) =>
    addresses.some((address) => {
      const [a, b] = [parsePrefix(destination), address.split("/")[0] ?? ""];
      return a && sameLink(formatPrefix(a), b);
    }),
  );
  return link?.name ?? "wan";
}

/** The links of the topology are told apart by the first part of their addresses. */
const sameLink = (one: string, other: string) =>
  isIPv6(one) === isIPv6(other) && head(one) === head(other);

const head = (text: string) =>
  isIPv6(text) ? text.split("::")[0] : text.split(".").slice(0, 3).join(".");
