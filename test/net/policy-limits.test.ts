import type { FirewallPolicy } from "../../net/policy";
import { policyIssues } from "../../net/policy-issues";
import { homePolicy } from "../home";

const of = <T>(length: number, make: (i: number) => T) => Array.from({ length }, (_, i) => make(i));
const ip = (net: number, i: number) => `${net}.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;

/** As much as is taken of everything, in the order that costs the most. */
const full: FirewallPolicy = {
  ...homePolicy,
  zones: [
    ...homePolicy.zones,
    ...of(252, (i) => ({ name: `z${i}`, interfaces: [`x${i}`] })),
    { name: "far", addresses: of(2048, (i) => ip(11, i)) },
  ],
  flows: of(20_000, (i) => ({
    name: `f${i}`,
    from: `z${i % 252}`,
    to: "wan",
    sources: [`s${i % 512}`],
  })),
  defaults: of(252, (i) => ({ from: "lan", to: `z${i}`, verdict: "drop" })),
  sets: of(512, (i) => ({
    name: `s${i}`,
    addresses: [ip(12, i)],
    ...(i > 0 ? { sets: [`s${i - 1}`] } : {}),
  })),
  snat: of(1024, (i) => ({
    name: `n${i}`,
    to: "wan",
    address: "203.0.113.6",
    sources: [ip(13, i)],
  })),
  prefixTranslations: of(128, (i) => ({
    name: `p${i}`,
    zone: "wan",
    internal: `fd00:${i.toString(16)}::/64`,
    external: `2a00:${i.toString(16)}::/64`,
  })),
  forwards: of(20_000, (i) => ({
    name: `w${i}`,
    from: "wan",
    protocol: "tcp",
    port: 10_000 + i,
    address: ip(14, i + 1),
    allow: [`s${i % 8}`],
  })),
  oneToOne: of(20_000, (i) => ({
    name: `o${i}`,
    zone: "wan",
    external: ip(15, i + 1),
    internal: ip(16, i + 1),
  })),
  addresses: of(256, (i) => ({ interface: `x${i % 252}`, address: `${ip(17, i * 4 + 1)}/30` })),
  routes: of(256, (i) => ({ interface: "wan", destination: ip(18, i), gateway: "203.0.113.1" })),
};

// Seconds where each item is looked up, minutes where each is compared with all; of this process
// alone, as other tests run beside it.
test("a policy with lists as long as they may be is checked before anybody gives up", () => {
  const start = process.cpuUsage();

  expect(policyIssues(full)).toEqual([]);
  expect(process.cpuUsage(start).user / 1e6).toBeLessThan(20);
});
