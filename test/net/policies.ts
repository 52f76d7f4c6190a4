import fc from "fast-check";
import {
  type FirewallFlow,
  type FirewallForward,
  type FirewallManagement,
  type FirewallPolicy,
  Protocol,
} from "../../net/policy";
import { policyIssues } from "../../net/policy-issues";
import { ADDRESSES, EXTERNAL, FAR, LINKS, ROUTES } from "./kernel/topology";

/** Ports that policies speak of and packets are sent to. */
export const PORTS = [22, 53, 80, 443, 2222, 5353, 8000, 8001, 8002, 8003, 8006];

const isIPv6 = (text: string) => text.includes(":");
const inside = LINKS.filter(({ name }) => name === "lan" || name === "opt");
const hosts = inside.flatMap((link) => link.hosts);
const sources = [...hosts, ...FAR, "10.10.0.0/24", "198.51.100.0/30", "fd00:10::/64"];
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const seldom = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const some = <T>(values: readonly T[], max = 3) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: max });
const rate = fc.integer({ min: 5000, max: 9000 });

const zones = fc
  .record({ split: fc.boolean(), dmz: fc.boolean(), far: fc.boolean() })
  .map(({ split, dmz, far }) => [
    { name: "wan", interfaces: ["wan"] },
    ...(split
      ? [
          { name: "lan", interfaces: ["lan"] },
          { name: "opt", interfaces: ["opt"] },
        ]
      : [{ name: "lan", interfaces: ["lan", "opt"] }]),
    ...(dmz
      ? [{ name: "dmz", interfaces: ["lan"], addresses: ["10.10.0.22/31", "fd00:10::21"] }]
      : []),
    ...(far ? [{ name: "far", addresses: ["198.51.100.2/31", "2001:db8:51::2"] }] : []),
  ]);

const carried = fc.oneof(
  fc.constant({}),
  fc.record({ protocol: fc.constantFrom(Protocol.Tcp, Protocol.Udp, Protocol.Both) }),
  fc.record({
    protocol: fc.constantFrom(Protocol.Tcp, Protocol.Udp, Protocol.Both),
    ports: some(PORTS),
  }),
  fc.record({
    protocol: fc.constantFrom(Protocol.Tcp, Protocol.Both),
    portRanges: fc.constant([{ from: 8000, to: 8002 }]),
  }),
  fc.record({ protocol: fc.constant(Protocol.Icmp) }),
  fc.record({ services: some(["dns", "https", "ping", "ssh", "proxmox", "ipsec"]) }),
);

const flow = (names: readonly string[]) =>
  fc
    .tuple(
      fc.record({
        from: fc.constantFrom("router", ...names, ...names, ...names),
        to: fc.constantFrom("router", ...names, ...names),
        verdict: fc.constantFrom(undefined, undefined, "drop" as const, "reject" as const),
        rate: optional(rate),
        ratePerSource: optional(rate),
        sources: seldom(some([...sources, "office", "late"], 6)),
        destinations: seldom(some([...sources, "office"], 6)),
        remember: fc.constantFrom(undefined, undefined, undefined, "seen"),
        log: fc.constantFrom(undefined, undefined, true),
      }),
      carried,
    )
    .map(([ends, what]) => ({ ...ends, ...what }) as FirewallFlow);

// Each forward has ports of its own, so that most of what is drawn is valid.
const forward = fc
  .record({
    protocol: fc.constantFrom(Protocol.Tcp, Protocol.Udp, Protocol.Both),
    length: fc.constantFrom(0, 0, 2),
    target: fc.constantFrom(0, 0, 80, 9000),
    address: fc.constantFrom(...hosts),
    external: optional(some([...EXTERNAL, "203.0.113.5", "203.0.113.6", "2001:db8:113::5"], 2)),
    allow: optional(some([...FAR, ...hosts, "10.10.0.0/24", "office", "fd00:10::/64"], 4)),
    rate: optional(rate),
    log: fc.constantFrom(undefined, true),
  })
  .map((one) => ({
    ...one,
    external: one.external?.filter((x) => isIPv6(x) === isIPv6(one.address)),
  }));

const forwards = fc.array(forward, { maxLength: 6 }).map((list) =>
  list.map(({ length, target, external, ...rest }, i) => {
    const port = [443, 2222, 5353, 8000, 8006, 7000][i] ?? 7000;
    return {
      ...rest,
      name: `f${i}`,
      from: "wan",
      port,
      ...(length > 0 ? { lastPort: port + length } : {}),
      ...(target > 0 ? { targetPort: target } : {}),
      ...(external && external.length > 0 ? { externalAddresses: external } : {}),
    };
  }),
);

const management: fc.Arbitrary<FirewallManagement> = fc.record({
  interface: fc.constant("vm0"),
  ports: fc.constantFrom<(number[] | undefined)[]>(undefined, [22], [22, 8000]),
  sources: fc.constantFrom<(string[] | undefined)[]>(
    undefined,
    undefined,
    ["10.99.0.20", "fd00:99::/64"],
    ["10.99.0.0/24"],
  ),
  node: fc.constantFrom(undefined, true),
});

const nat = fc.record({
  masquerade: fc.constantFrom(undefined, ["wan"]),
  masquerade6: fc.constantFrom(undefined, ["wan"]),
  keepAddresses: fc.constantFrom(undefined, undefined, ["opt"], ["dmz", "opt"]),
  oneToOne: fc.subarray([
    { name: "one", zone: "wan", external: "203.0.113.7", internal: "10.20.0.22" },
    { name: "two", zone: "wan", external: "2001:db8:113::7", internal: "fd00:20::21" },
  ]),
  snat: fc.subarray([
    { name: "a", to: "wan", address: "203.0.113.8", sources: ["10.10.0.20", "10.20.0.0/24"] },
    { name: "b", to: "wan", address: "203.0.113.6" },
    { name: "c", to: "wan", address: "2001:db8:113::8", sources: ["fd00:20::/64"] },
  ]),
  prefixTranslations: fc.subarray([
    { name: "p", zone: "wan", internal: "fd00:10::/64", external: "2001:db8:8::/64" },
  ]),
  block: fc.constantFrom(undefined, undefined, ["wan"], ["wan", "lan"]),
  synProtection: fc.constantFrom(undefined, [{ zone: "wan", ratePerSource: 9000 }]),
  guests: fc.oneof(
    fc.constant([]),
    fc.constant([]),
    fc.subarray([
      {
        name: "ga",
        interface: "opt",
        mac: "02:00:00:00:01:04",
        addresses: ["10.20.0.20", "10.20.0.22/31", "fd00:20::20"],
      },
      { name: "gb", interface: "opt", mac: "02:00:00:00:01:99", addresses: ["10.20.0.21"] },
    ]),
  ),
});

const SETS = [
  { name: "hq", addresses: ["198.51.100.1", "2001:db8:51::1"] },
  { name: "office", addresses: ["10.10.0.21", "10.20.0.0/24", "fd00:10::20"], sets: ["hq"] },
  { name: "late", timeout: 600 },
  { name: "seen", timeout: 60 },
];

/** Valid policies of a router with the links under test: every feature, alone and with others. */
export const policies: fc.Arbitrary<FirewallPolicy> = zones
  .chain((list) => {
    const names = list.map(({ name }) => name);
    const ends = fc.constantFrom(...names, "router");
    return fc.tuple(
      fc.constant(list),
      fc.array(flow(names), { minLength: 2, maxLength: 9 }),
      fc.uniqueArray(
        fc.record({
          from: ends,
          to: ends,
          verdict: fc.constantFrom("accept" as const, "drop" as const, "reject" as const),
          log: fc.constantFrom(undefined, true),
        }),
        { maxLength: 4, selector: ({ from, to }) => `${from} ${to}` },
      ),
      management,
      forwards,
      nat,
    );
  })
  .map(([list, flows, defaults, way, ports, rest]) => {
    const names = list.map(({ name }) => name);
    const base = { management: way, zones: list, sets: SETS, addresses: ADDRESSES, routes: ROUTES };
    const valid = (change: Partial<FirewallPolicy>) =>
      policyIssues({ ...base, flows: [], ...change }).length === 0;
    const known = (zones?: readonly string[]) => zones?.filter((name) => names.includes(name));
    const policy = {
      ...base,
      ...rest,
      block: known(rest.block),
      keepAddresses: known(rest.keepAddresses),
      flows: flows.filter((one) => valid({ flows: [one] })),
      defaults: defaults.filter((one) => valid({ defaults: [one] })),
      forwards: ports.filter((one) =>
        valid({ forwards: [one] as FirewallForward[], oneToOne: rest.oneToOne }),
      ),
    };
    return JSON.parse(JSON.stringify(policy)) as FirewallPolicy;
  })
  .filter((policy) => policyIssues(policy).length === 0);
