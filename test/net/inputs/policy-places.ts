import { policyIssues } from "../../../net/policy-issues";
import { SERVICES } from "../../../net/policy-services";
import { homePolicy } from "../../home";
import type { Row } from "./row";

const flow = { from: "lan", to: "wan" };
const forward = { name: "web", from: "wan", protocol: "tcp", port: 443, address: "10.0.0.9" };
const shop = { name: "shop", zone: "wan", external: "203.0.113.7", internal: "10.0.0.8" };
const mail = { name: "mail", to: "wan", address: "203.0.113.6" };
const site = { name: "site", zone: "wan", internal: "fd00:1::/64", external: "2001:db8:8::/64" };
const guest = { name: "g", interface: "tap1i0", mac: "02:00:00:00:01:00", addresses: ["10.1.1.2"] };
const zone = (change: object) => ({ zones: [...homePolicy.zones, { name: "x", ...change }] });

/** What nft would read as two rules, a variable, a set, or a file. */
const RULE = "accept; tcp dport 81 drop";

type Place = readonly [path: string, change: object];

/** Every place of a policy where text or a number stands, by what is expected there. */
const places: Record<string, readonly Place[]> = {
  [`got "${RULE}"; expected ^[a-z][a-z0-9-]{0,11}$`]: [
    ["zones[3].name", zone({ name: RULE, interfaces: ["x0"] })],
    ["flows[0].name", { flows: [{ ...flow, name: RULE }] }],
    ["sets[0].name", { sets: [{ name: RULE, timeout: 60 }] }],
    ["snat[0].name", { snat: [{ ...mail, name: RULE }] }],
    ["forwards[0].name", { forwards: [{ ...forward, name: RULE }] }],
    ["oneToOne[0].name", { oneToOne: [{ ...shop, name: RULE }] }],
    ["prefixTranslations[0].name", { prefixTranslations: [{ ...site, name: RULE }] }],
    ["guests[0].name", { guests: [{ ...guest, name: RULE }] }],
  ],
  [`got "${RULE}"; expected an interface name, ^[a-z][a-z0-9._-]*$, of at most 15 bytes`]: [
    ["management.interface", { management: { interface: RULE } }],
    ["zones[3].interfaces[0]", zone({ interfaces: [RULE] })],
    ["guests[0].interface", { guests: [{ ...guest, interface: RULE }] }],
    ["addresses[0].interface", { addresses: [{ interface: RULE, address: "10.0.0.1/24" }] }],
    ["routes[0].interface", { routes: [{ interface: RULE, destination: "10.0.0.0/24" }] }],
  ],
  [`got "${RULE}"; expected an IP address, not a name`]: [
    ["management.sources[0]", { management: { interface: "vm0", sources: [RULE] } }],
    ["zones[3].addresses[0]", zone({ addresses: [RULE] })],
    ["flows[0].sources[0]", { flows: [{ ...flow, sources: [RULE] }] }],
    ["flows[0].destinations[0]", { flows: [{ ...flow, destinations: [RULE] }] }],
    ["sets[0].addresses[0]", { sets: [{ name: "a", addresses: [RULE] }] }],
    ["snat[0].address", { snat: [{ ...mail, address: RULE }] }],
    ["snat[0].sources[0]", { snat: [{ ...mail, sources: [RULE] }] }],
    ["forwards[0].address", { forwards: [{ ...forward, address: RULE }] }],
    ["forwards[0].externalAddresses[0]", { forwards: [{ ...forward, externalAddresses: [RULE] }] }],
    ["forwards[0].allow[0]", { forwards: [{ ...forward, allow: [RULE] }] }],
    ["oneToOne[0].external", { oneToOne: [{ ...shop, external: RULE }] }],
    ["oneToOne[0].internal", { oneToOne: [{ ...shop, internal: RULE }] }],
    ["guests[0].addresses[0]", { guests: [{ ...guest, addresses: [RULE] }] }],
    ["addresses[0].address", { addresses: [{ interface: "lan", address: RULE }] }],
    ["routes[0].destination", { routes: [{ interface: "lan", destination: RULE }] }],
    [
      "routes[0].gateway",
      { routes: [{ interface: "lan", destination: "10.0.0.0/24", gateway: RULE }] },
    ],
  ],
  [`got "${RULE}"; expected an IPv6 prefix such as fd00::/64`]: [
    ["prefixTranslations[0].internal", { prefixTranslations: [{ ...site, internal: RULE }] }],
    ["prefixTranslations[0].external", { prefixTranslations: [{ ...site, external: RULE }] }],
  ],
  [`unknown zone "${RULE}"; expected guest, lan, router, wan`]: [
    ["flows[0].from", { flows: [{ ...flow, from: RULE }] }],
    ["flows[0].to", { flows: [{ ...flow, to: RULE }] }],
    ["defaults[0].from", { defaults: [{ ...flow, from: RULE, verdict: "drop" }] }],
    ["defaults[0].to", { defaults: [{ ...flow, to: RULE, verdict: "drop" }] }],
  ],
  [`unknown zone "${RULE}"; expected guest, lan, wan`]: [
    ["masquerade[0]", { masquerade: [RULE] }],
    ["masquerade6[0]", { masquerade6: [RULE] }],
    ["block[0]", { block: [RULE] }],
    ["snat[0].to", { snat: [{ ...mail, to: RULE }] }],
    ["forwards[0].from", { forwards: [{ ...forward, from: RULE }] }],
    ["oneToOne[0].zone", { oneToOne: [{ ...shop, zone: RULE }] }],
    ["prefixTranslations[0].zone", { prefixTranslations: [{ ...site, zone: RULE }] }],
    ["synProtection[0].zone", { synProtection: [{ zone: RULE }] }],
  ],
  [`unknown service "${RULE}"; expected ${Object.keys(SERVICES).join(", ")}`]: [
    ["flows[0].services[0]", { flows: [{ ...flow, services: [RULE] }] }],
  ],
  [`unknown set "${RULE}"; expected a`]: [
    ["sets[0].sets[0]", { sets: [{ name: "a", addresses: ["10.0.0.1"], sets: [RULE] }] }],
  ],
  [`got "${RULE}"; expected a set with a timeout`]: [
    ["flows[0].remember", { flows: [{ ...flow, remember: RULE }] }],
  ],
  [`got "${RULE}"; expected a unicast MAC such as 68:05:ca:00:01:00`]: [
    ["guests[0].mac", { guests: [{ ...guest, mac: RULE }] }],
  ],
  [`got "${RULE}"; expected tcp, udp, both, icmp, sctp, esp, gre`]: [
    ["flows[0].protocol", { flows: [{ ...flow, protocol: RULE }] }],
  ],
  [`got "${RULE}"; expected tcp, udp, both`]: [
    ["forwards[0].protocol", { forwards: [{ ...forward, protocol: RULE }] }],
  ],
  [`got "${RULE}"; expected accept, drop, reject`]: [
    ["flows[0].verdict", { flows: [{ ...flow, verdict: RULE }] }],
    ["defaults[0].verdict", { defaults: [{ ...flow, verdict: RULE }] }],
  ],
  [`got "${RULE}"; expected an integer from 1 to 65535`]: [
    ["management.ports[0]", { management: { interface: "vm0", ports: [RULE] } }],
    ["flows[0].ports[0]", { flows: [{ ...flow, protocol: "tcp", ports: [RULE] }] }],
    [
      "flows[0].portRanges[0].from",
      { flows: [{ ...flow, protocol: "tcp", portRanges: [{ from: RULE, to: 90 }] }] },
    ],
    [
      "flows[0].portRanges[0].to",
      { flows: [{ ...flow, protocol: "tcp", portRanges: [{ from: 80, to: RULE }] }] },
    ],
    ["forwards[0].port", { forwards: [{ ...forward, port: RULE }] }],
    ["forwards[0].lastPort", { forwards: [{ ...forward, lastPort: RULE }] }],
    ["forwards[0].targetPort", { forwards: [{ ...forward, targetPort: RULE }] }],
    ["forwards[0].lastTargetPort", { forwards: [{ ...forward, lastTargetPort: RULE }] }],
  ],
  [`got "${RULE}"; expected an integer from 1 to 1000000 a second`]: [
    ["flows[0].rate", { flows: [{ ...flow, rate: RULE }] }],
    ["flows[0].ratePerSource", { flows: [{ ...flow, ratePerSource: RULE }] }],
    ["forwards[0].rate", { forwards: [{ ...forward, rate: RULE }] }],
    ["synProtection[0].ratePerSource", { synProtection: [{ zone: "wan", ratePerSource: RULE }] }],
  ],
  [`got "${RULE}"; expected an integer from 1 to 31536000 seconds`]: [
    ["sets[0].timeout", { sets: [{ name: "a", timeout: RULE }] }],
  ],
};

export const policyPlaces: readonly Row[] = [
  {
    row: "rules in place of a policy's words, names, addresses and numbers",
    cases: Object.entries(places).flatMap(([reason, list]) =>
      list.map(
        ([path, change]) =>
          [policyIssues({ ...homePolicy, ...change }), `${path}: ${reason}`] as const,
      ),
    ),
  },
];
