import fc from "fast-check";
import { allocatePlan } from "../../net/address-allocation";
import type { AddressPlan, PlannedGuest, PlannedNetwork } from "../../net/address-plan";
import { planClaims } from "../../net/address-plan-claims";
import { planIssues } from "../../net/address-plan-issues";
import { slotsOf } from "../../net/address-slots";
import { formatAddress, parseAddress } from "../../net/cidr";
import { hostsOf } from "../../net/range";
import { claimsCollide } from "./plan-oracle";

const name = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
const vmId = fc.integer({ min: 100, max: 5000 });
const guest = fc.record({ name, vmId }, { requiredKeys: ["name"] });
const guests = fc.uniqueArray(guest, { selector: (one) => one.name, maxLength: 30 });

const base: PlannedNetwork = {
  name: "vmbr1",
  addresses: ["10.254.254.1/23", "fd00:254::1/64"],
  ranges: [{ from: "10.254.254.20", to: "10.254.254.119" }],
};
const planOf = (list: PlannedGuest[]): AddressPlan => ({ networks: [{ ...base, guests: list }] });
const given = (plan: AddressPlan) =>
  new Map(
    (allocatePlan(plan).networks ?? []).flatMap(({ guests = [], ...network }) => [
      [network.name, network.addresses?.join()] as const,
      ...guests.map((one) => [one.name, `${one.address ?? ""} ${one.address6 ?? ""}`] as const),
    ]),
  );

test("no guest's address moves when others are added, removed or reordered", () => {
  fc.assert(
    fc.property(
      guests.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all))),
      ([all, some]) => {
        const whole = given(planOf(all));
        given(planOf(some)).forEach((address, one) => expect(address).toBe(whole.get(one)));
        // What fits together still does when there is less of it.
        if (planIssues(planOf(all)).length === 0) expect(planIssues(planOf(some))).toEqual([]);
      },
    ),
    { numRuns: 500 },
  );
});

test("no network moves when others are added, removed or reordered", () => {
  const pools = [
    { network: "10.10.0.0/16", prefix: 24 },
    { network: "fd00:10::/48", prefix: 64 },
  ];
  const names = fc.uniqueArray(
    fc.oneof(
      name,
      fc.nat(300).map((n) => `vmbr${n}`),
    ),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(
      names.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all))),
      ([all, some]) => {
        const whole = given({ pools, networks: all.map((one) => ({ name: one })) });
        const part = given({ pools, networks: some.map((one) => ({ name: one })) });
        part.forEach((addresses, one) => expect(addresses).toBe(whole.get(one)));
      },
    ),
    { numRuns: 500 },
  );
});

test("guests with consecutive ids get consecutive addresses up to the last one", () => {
  const many = (count: number) =>
    planOf(Array.from({ length: count }, (_, i) => ({ name: `g${i}`, vmId: 100 + i })));
  // 510 hosts without .254.255 and .255.0, the router and a range of 100.
  expect(planIssues(many(407))).toEqual([]);
  expect(planIssues(many(408))).toEqual([
    'plan.networks[0].guests: 408 without address; expected at most 407, as many as "vmbr1" has left',
  ]);
  const addresses = [...given(many(407)).values()]
    .slice(1)
    .map((text) => text?.split(" ")[0] ?? "");
  const values = addresses.map((text) => parseAddress(text)?.value ?? 0n);
  expect(values).toEqual([...values].sort((a, b) => (a < b ? -1 : 1)));
  expect(addresses.filter((text) => /\.(0|255)$/.test(text))).toEqual([]);
  expect([addresses[17], addresses[18], addresses[152], addresses[153], addresses.at(-1)]).toEqual([
    "10.254.254.19",
    "10.254.254.120",
    "10.254.254.254",
    "10.254.255.1",
    "10.254.255.254",
  ]);
});

test("slots are all hosts that are free, each once and in order", () => {
  const offset = fc.nat(1020);
  const taken = fc.array(fc.tuple(offset, fc.nat(40)), { maxLength: 6 });
  fc.assert(
    fc.property(fc.integer({ min: 22, max: 32 }), offset, taken, (prefix, at, ranges) => {
      const start = (10n << 24n) + 4n * 65_536n;
      const router = { family: 4 as const, address: start + BigInt(at), prefix };
      const held = ranges.map(([first, more]) => ({
        family: 4 as const,
        first: start + BigInt(first),
        last: start + BigInt(first + more),
      }));
      const slots = slotsOf(router, held);
      const all = Array.from({ length: Number(slots.count) }, (_, i) => slots.at(BigInt(i)));
      const { first, last } = hostsOf(router);
      const free = Array.from(
        { length: Number(last - first) + 1 },
        (_, i) => first + BigInt(i),
      ).filter(
        (value) =>
          value !== router.address &&
          value % 256n !== 0n &&
          value % 256n !== 255n &&
          !held.some((range) => range.first <= value && value <= range.last),
      );
      expect(all).toEqual(free);
    }),
    { numRuns: 500 },
  );
});

test("a plan is refused exactly when two of its claims collide", () => {
  const host = fc.nat(63).map((value) => formatAddress(4, (10n << 24n) + BigInt(value)));
  const cidr = fc
    .tuple(host, fc.integer({ min: 26, max: 30 }))
    .map(([one, size]) => `${one}/${size}`);
  const network = fc.record({
    addresses: fc.array(cidr, { minLength: 1, maxLength: 1 }),
    routed: fc.boolean(),
    guests: fc.array(fc.record({ address: host }), { maxLength: 3 }),
  });
  const plan = fc.record({
    networks: fc.array(network, { maxLength: 3 }),
    uplinks: fc.array(fc.record({ addresses: fc.array(cidr, { minLength: 1, maxLength: 1 }) }), {
      maxLength: 2,
    }),
    foreign: fc.array(fc.record({ network: cidr }), { maxLength: 2 }),
  });
  let refused = 0;
  let runs = 0;
  fc.assert(
    fc.property(plan, (shape) => {
      const named: AddressPlan = {
        networks: shape.networks.map((one, i) => ({
          ...one,
          name: `net${i}`,
          guests: one.guests.map((g, j) => ({ ...g, name: `g${j}` })),
        })),
        uplinks: shape.uplinks.map((one, i) => ({ ...one, name: `up${i}` })),
        foreign: shape.foreign.map((one, i) => ({ ...one, name: `other${i}` })),
      };
      const collide = claimsCollide(planClaims("plan", named, allocatePlan(named)));
      const issues = planIssues(named);
      // Values that are none are refused before anything is compared.
      fc.pre(!issues.some((line) => line.includes(": got ")));
      runs += 1;
      refused += Number(collide);
      const clashes = issues.filter((line) => / overlaps | is the same as /.test(line));
      expect(clashes.length > 0).toBe(collide);
    }),
    { numRuns: 2000 },
  );
  expect(refused).toBeGreaterThan(runs / 10);
  expect(refused).toBeLessThan(runs);
});
