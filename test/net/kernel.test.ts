// Needs root: asks the real tools in namespaces of its own.
import fc from "fast-check";
import { renderRuleset } from "../../net/nftables";
import type { FirewallPolicy } from "../../net/policy";
import { type Outcome, type Packet, type Runtime, simulate } from "../../net/simulator";
import { expectedFate, fateOf } from "./kernel/judge";
import { packetsFor, toWire } from "./kernel/packets";
import { ADDRESSES } from "./kernel/topology";
import { type Seen, Wire, type WirePacket } from "./kernel/wire";
import { policies } from "./policies";

const SEED = Number(process.env.SEED ?? 1);
const ROUNDS = Number(process.env.KERNEL_ROUNDS ?? 100);
const PACKETS = 50;
const RUNTIME: Runtime = {
  blocked: ["198.51.100.3", "10.10.0.21", "2001:db8:51::2"],
  members: { late: ["10.20.0.21", "198.51.100.1", "fd00:20::21"], seen: [] },
};

// Says what got into the router: whatever passes every chain of ours.
const ORACLE = `
table inet oracle
delete table inet oracle
table inet oracle {
  set ports { type inet_service; flags dynamic; size 65535; }
  chain input {
    type filter hook input priority 300; policy accept;
    meta l4proto { tcp, udp } add @ports { th sport }
    icmp type echo-request add @ports { @th,32,16 }
    icmpv6 type echo-request add @ports { @th,32,16 }
  }
}
`;

let wire: Wire;
let next = 0;

beforeAll(async () => {
  wire = await Wire.open();
}, 30_000);
afterAll(() => {
  wire.close();
});

async function load(policy: FirewallPolicy): Promise<void> {
  const blocked = (family: (text: string) => boolean) =>
    RUNTIME.blocked?.filter(family).join(", ") ?? "";
  const late = (family: (text: string) => boolean) =>
    RUNTIME.members?.late?.filter(family).join(", ") ?? "";
  const v6 = (text: string) => text.includes(":");
  const v4 = (text: string) => !v6(text);
  const members = [
    `add element inet proxmox_router blocked4 { ${blocked(v4)} }`,
    `add element inet proxmox_router blocked6 { ${blocked(v6)} }`,
    `add element inet proxmox_router set_late_4 { ${late(v4)} }`,
    `add element inet proxmox_router set_late_6 { ${late(v6)} }`,
  ];
  await wire.shell("nft -f -", [ORACLE, renderRuleset(policy), ...members].join("\n"));
}

async function arrivals(): Promise<Set<string>> {
  const listed = await wire.shell("nft -j list set inet oracle ports");
  const { nftables } = JSON.parse(listed) as { nftables: { set?: { elem?: unknown[] } }[] };
  return new Set(nftables.flatMap(({ set }) => set?.elem ?? []).map(String));
}

async function counters(): Promise<Record<string, number>> {
  const listed = await wire.shell("nft -j list counters table inet proxmox_router");
  const { nftables } = JSON.parse(listed) as {
    nftables: { counter?: { name: string; packets: number } }[];
  };
  return Object.fromEntries(
    nftables.flatMap(({ counter }) =>
      counter && counter.packets > 0 ? [[counter.name, counter.packets]] : [],
    ),
  );
}

/** How often each counter should have counted: what leaves is seen, also what the router answers. */
function expectedCounters(
  policy: FirewallPolicy,
  outcomes: readonly Outcome[],
  seen: readonly Seen[],
): Record<string, number> {
  const all: Record<string, number> = {};
  const count = (name: string) => {
    all[name] = (all[name] ?? 0) + 1;
  };
  for (const { counters: names } of outcomes) {
    for (const name of names) if (!name.endsWith("_egress")) count(name);
  }
  for (const { on } of seen) {
    const zone = policy.zones.find((one) => !one.addresses && one.interfaces?.includes(on));
    if (zone) count(`${zone.name}_egress`);
  }
  return all;
}

test("the kernel does with thousands of packets what the simulator says", async () => {
  console.log(`SEED=${SEED} KERNEL_ROUNDS=${ROUNDS}`);
  const tally: Record<string, number> = {};
  for (const [round, policy] of fc.sample(policies, { seed: SEED, numRuns: ROUNDS }).entries()) {
    // A router by DHCP has addresses that no declaration knows.
    const stated = round % 2 === 0;
    await load(stated ? policy : { ...policy, addresses: [] });
    const packets = fc
      .sample(packetsFor(policy), { seed: SEED + round, numRuns: PACKETS })
      .filter((packet) => stated || !isElsewhere(packet));
    const sent: WirePacket[] = packets.map((packet) => toWire(packet, (next += 1)));
    const seen = await wire.send(sent);
    const arrived = await arrivals();
    const outcomes = packets.map((packet) => simulate(policy, packet, RUNTIME));
    const refused = { tcp: 0, other: 0 };

    const wrong = packets.flatMap((packet, i) => {
      const [outcome, one] = [outcomes[i], sent[i]];
      if (!outcome || !one) return [];
      const fate = fateOf(one, seen, arrived);
      const expected = expectedFate(outcome, fate);
      const kind = packet.protocol === "tcp" ? "tcp" : "other";
      if (expected.verdict === "reject") refused[kind] += 1;
      // Beyond its limit the router refuses without a word.
      const silent = expected.verdict === "reject" && refused[kind] > 40;
      const key = `${outcome.way} ${outcome.verdict} ${outcome.decidedBy.replace(/\W.*/, "")}`;
      tally[key] = (tally[key] ?? 0) + 1;
      return silent || JSON.stringify(sorted(fate)) === JSON.stringify(sorted(expected))
        ? []
        : [{ round, packet, outcome, fate }];
    });

    if (wrong.length > 0) console.log(JSON.stringify({ policy, wrong }, undefined, 1));
    expect(wrong).toEqual([]);
    expect(await counters()).toEqual(expectedCounters(policy, outcomes, seen));
  }
  console.log(tally);
  expect(Object.values(tally).reduce((sum, one) => sum + one, 0)).toBeGreaterThan(ROUNDS * 35);
}, 600_000);

/** Whether a packet asks for the router on the far side of another link than the way out. */
const isElsewhere = ({ in: link, destination }: Packet) =>
  ADDRESSES.some(
    (one) =>
      one.address.split("/")[0] === destination &&
      one.interface !== link &&
      one.interface !== "wan",
  );

const sorted = (value: object) => Object.fromEntries(Object.entries(value).sort());
