import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { renderRuleset } from "../../net/nftables";
import type { FirewallPolicy } from "../../net/policy";
import { policyIssues } from "../../net/policy-issues";
import { homePolicy } from "../home";

const directory = join(__dirname, "..", "golden", "nft");
const read = (name: string) => readFileSync(join(directory, name), "utf8");
const features = readdirSync(directory)
  .filter((name) => name.endsWith(".json"))
  .map((name) => name.slice(0, -".json".length));
const policyOf = (feature: string) => JSON.parse(read(`${feature}.json`)) as FirewallPolicy;

test("every feature has an input and an output", () => {
  expect(readdirSync(directory).sort()).toEqual(
    features.flatMap((feature) => [`${feature}.json`, `${feature}.nft`]).sort(),
  );
  expect(features.length).toBeGreaterThan(25);
});

test.each(features)("%s renders to the reviewed ruleset", (feature) => {
  expect(policyIssues(policyOf(feature))).toEqual([]);
  expect(renderRuleset(policyOf(feature))).toBe(read(`${feature}.nft`));
});

test.each(features)("the kernel takes %s twice and lists it as it took it", (feature) => {
  const load = `
    list() { nft -s list table inet proxmox_router; }
    nft -f "$1"; nft -f "$1"; first=$(list)
    nft delete table inet proxmox_router
    printf '%s\\n' "$first" | nft -f -; second=$(list)
    [ "$first" = "$second" ]; printf '%s\\n' "$first"`;
  const listed = execFileSync(
    "unshare",
    ["-rn", "sh", "-ec", load, "sh", join(directory, `${feature}.nft`)],
    { encoding: "utf8" },
  );

  expect(listed).toContain("guard: management");
});

const chains = (ruleset: string) =>
  [...ruleset.matchAll(/^\tchain (\S+) \{\n(\t\ttype .*\n)?((?:\t\t.*\n)*)\t\}/gm)].map(
    ([, name = "", hook, rules = ""]) => ({
      name,
      base: hook !== undefined,
      rules: rules.split("\n").filter(Boolean),
    }),
  );

test.each(features)("every rule of %s bears a comment that nft can keep", (feature) => {
  const rules = chains(read(`${feature}.nft`)).flatMap((chain) => chain.rules);

  expect(rules.filter((rule) => !/ comment "[ -~]{1,120}"$/.test(rule))).toEqual([]);
});

test("every log line names its declaration, in no more bytes than the kernel keeps", () => {
  const longest = renderRuleset({
    management: { interface: "vm0" },
    zones: ["abcdefghijkl", "mnopqrstuvwx"].map((name) => ({ name, interfaces: [`${name}0`] })),
    flows: [{ name: "a23456789-12", from: "abcdefghijkl", to: "mnopqrstuvwx", log: true }],
    defaults: [{ from: "mnopqrstuvwx", to: "abcdefghijkl", verdict: "drop", log: true }],
    forwards: [
      {
        name: "f23456789-12",
        from: "abcdefghijkl",
        protocol: "tcp",
        port: 80,
        address: "10.0.0.1",
        log: true,
      },
    ],
  });

  expect([...longest.matchAll(/log prefix "([^"]*)"/g)].map(([, prefix]) => prefix)).toEqual([
    "flows[0] a23456789-12: abcdefghijkl -> mnopqrstuvwx: ",
    "defaults[0] mnopqrstuvwx -> abcdefghijkl: ",
    "forwards[0] f23456789-12: ",
  ]);
});

test.each(features)(
  "the guard of %s stands first wherever packets for the router pass",
  (feature) => {
    const guarded = chains(read(`${feature}.nft`)).filter(
      ({ name, base }) => base && ["ingress", "input", "output", "prerouting"].includes(name),
    );

    expect(guarded.map(({ name }) => name)).toContain("input");
    expect(guarded.filter(({ rules }) => !rules[0]?.endsWith('"guard: management"'))).toEqual([]);
  },
);

test("the number of rules does not grow with forwards and guests", () => {
  const rules = (count: number) =>
    chains(renderRuleset(crowded(count))).flatMap((chain) => chain.rules).length;

  expect(rules(1000)).toBe(rules(2));
});

const crowded = (count: number): FirewallPolicy => ({
  ...homePolicy,
  forwards: Array.from({ length: count }, (_, i) => ({
    name: `f${i}`,
    from: "wan",
    protocol: "tcp",
    port: 10_000 + i,
    address: "192.168.100.20",
    targetPort: 80,
  })),
  guests: Array.from({ length: count }, (_, i) => ({
    name: `g${i}`,
    interface: `tap${i}i0`,
    mac: `02:00:00:00:${(i >> 8).toString(16).padStart(2, "0")}:${(i & 255).toString(16).padStart(2, "0")}`,
    addresses: [`10.20.${i >> 8}.${i & 255}`],
  })),
});
