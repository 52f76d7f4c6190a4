// Needs root: asks the real tools in namespaces of its own.
import fc from "fast-check";
import { renderRuleset } from "../../net/nftables";
import type { FirewallPolicy } from "../../net/policy";
import { packetsFor, toWire } from "./kernel/packets";
import { LINKS } from "./kernel/topology";
import { type Seen, Wire, type WirePacket } from "./kernel/wire";
import { policies } from "./policies";

const SEED = Number(process.env.SEED ?? 1);
const ROUNDS = Number(process.env.KERNEL_ROUNDS ?? 40);
const SYN_ACK = 0x12;
const PUSH_ACK = 0x18;
// A segment carries 18 bytes in these tests, and a SYN counts as one more.
const AFTER_SYN = 20;

/** Nothing new may pass: whatever does, does as a reply. */
const closed: FirewallPolicy = {
  management: { interface: "vm0" },
  zones: LINKS.filter(({ name }) => name !== "vm0").map(({ name }) => ({
    name,
    interfaces: [name],
  })),
  flows: [],
  defaults: ["wan", "lan", "opt"].flatMap((from) =>
    ["router", "wan", "lan", "opt"].map((to) => ({ from, to, verdict: "drop" as const })),
  ),
  block: ["wan", "lan", "opt"],
};

let wire: Wire;
let next = 0;

beforeAll(async () => {
  wire = await Wire.open();
}, 30_000);
afterAll(() => {
  wire.close();
});

const load = (policy: FirewallPolicy) => wire.shell("nft -f -", renderRuleset(policy));
const far = (name: string) => LINKS.find((link) => link.name === name);
const answer = (first: Seen, id: number): WirePacket => ({
  id,
  in: first.on,
  mac: far(first.on)?.peer,
  to: far(first.on)?.mac,
  source: first.destination,
  destination: first.source,
  protocol: "tcp",
  sport: first.port ?? 0,
  port: first.sport,
  flags: SYN_ACK,
  seq: 1,
  ack: 2,
});

test("connections outlive a ruleset that lets nothing new pass, translated as they were", async () => {
  console.log(`SEED=${SEED} KERNEL_ROUNDS=${ROUNDS}`);
  let connections = 0;
  // Who may answer is not what is looked at here.
  const open = policies.map((policy): FirewallPolicy => ({ ...policy, guests: [] }));
  for (const [round, policy] of fc.sample(open, { seed: SEED, numRuns: ROUNDS }).entries()) {
    await load(policy);
    const opening = fc
      .sample(packetsFor(policy), { seed: SEED + round, numRuns: 40 })
      .filter(({ in: link, protocol, state }) => link && protocol === "tcp" && !state)
      .map((packet) => toWire(packet, (next += 1)));
    const there = await wire.send(opening);
    const accepted = opening.flatMap((packet) => {
      const first = there.find((seen) => seen.id === packet.id && seen.protocol === "tcp");
      return first
        ? [{ packet, first, back: (next += 1), on: (next += 1), fresh: (next += 1) }]
        : [];
    });
    connections += accepted.length;

    const back = await wire.send(accepted.map(({ first, back: id }) => answer(first, id)));
    await load(closed);
    const on = await wire.send(
      accepted.map(({ packet, on: id }) => ({
        ...packet,
        id,
        flags: PUSH_ACK,
        seq: AFTER_SYN,
        ack: AFTER_SYN,
      })),
    );
    const fresh = await wire.send(
      accepted.map(({ packet, fresh: id }) => ({ ...packet, id, sport: 10_000 + (id % 50_000) })),
    );

    for (const { packet, first, ...ids } of accepted) {
      expect(back.find(({ id }) => id === ids.back)).toMatchObject({
        on: packet.in,
        source: packet.destination,
        destination: packet.source,
        sport: packet.port,
        port: packet.sport,
      });
      expect(on.find(({ id }) => id === ids.on)).toMatchObject({
        on: first.on,
        source: first.source,
        destination: first.destination,
        sport: first.sport,
        port: first.port,
      });
      expect(fresh.find(({ id }) => id === ids.fresh)).toBeUndefined();
    }
  }
  console.log(`${connections} connections`);
  expect(connections).toBeGreaterThan(ROUNDS);
}, 600_000);

const hex = (address: string) => {
  const [head = "", tail = ""] = address.split("::");
  const groups = (text: string) => text.split(":").filter(Boolean);
  const zeros = 8 - groups(head).length - groups(tail).length;
  return [...groups(head), ...Array<string>(zeros).fill("0"), ...groups(tail)]
    .map((group) => group.padStart(4, "0"))
    .join("");
};

test("neighbours find the router however little a policy lets through", async () => {
  await load(closed);
  const lan = far("lan");
  const id = (next += 1);
  const solicit = `8700000000000000${hex("fd00:10::1")}0101${(lan?.peer ?? "").replaceAll(":", "")}`;
  const seen = await wire.send([
    {
      ...toWire(
        { in: "lan", source: "fd00:10::20", destination: "fd00:10::1", protocol: "icmp" },
        id,
      ),
      mac: lan?.peer,
      icmp: solicit,
      ttl: 255,
    },
  ]);

  expect(seen).toMatchObject([{ on: "lan", source: "fd00:10::1", type: 136 }]);
});

test("a host is told that its packets are too big however little a policy lets through", async () => {
  await load(closed);
  const wan = far("wan");
  const inner = `6000000000140640${hex("fd00:10::20")}${hex("2001:db8:51::1")}27100050${"0".repeat(32)}`;
  const seen = await wire.send([
    {
      ...toWire(
        { in: "wan", source: "2001:db8:51::1", destination: "fd00:10::20", protocol: "icmp" },
        (next += 1),
      ),
      mac: wan?.peer,
      icmp: `0200000000000500${inner}`,
    },
  ]);

  expect(seen).toMatchObject([
    { on: "lan", source: "2001:db8:51::1", type: 2, about: { source: "fd00:10::20" } },
  ]);
});
