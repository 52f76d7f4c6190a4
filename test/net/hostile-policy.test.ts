import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expectationIssues } from "../../net/expect";
import { renderRuleset } from "../../net/nftables";
import type { FirewallPolicy } from "../../net/policy";
import { policyIssues } from "../../net/policy-issues";
import { lockoutIssues } from "../../net/policy-lockout";
import { homePolicy } from "../home";
import { hostile, places, replaced } from "./hostile";

const directory = join(__dirname, "..", "golden", "nft");
const policies = readdirSync(directory)
  .filter((name) => name.endsWith(".json"))
  .map((name) => ({
    name: name.replace(/\.json$/, ""),
    policy: JSON.parse(readFileSync(join(directory, name), "utf8")) as FirewallPolicy,
  }));

// Every word of a ruleset: nft's own and ours, names, numbers, addresses. No quote, `$`, `;` or `#`
// but where the renderer itself puts one.
const WORD = String.raw`[\w@.:/!=<|,&-]+|\(?[a-z|]+\)|[{}]|[{}],`;
const QUOTED = String.raw`"[a-z][\w.-]*",?|"[\w\[\]>:, .-]+"`;
const HOOK = String.raw`type (filter|nat) hook [a-z]+ priority [a-z]+( - 10)?; policy (accept|drop);`;
const LINE = new RegExp(`^\\t*(${HOOK}|(${WORD}|${QUOTED})( (${WORD}|${QUOTED}))*)$|^$`);

test.each(policies)("the ruleset of $name is made of words that are known", ({ policy }) => {
  expect(
    renderRuleset(policy)
      .split("\n")
      .filter((line) => !LINE.test(line)),
  ).toEqual([]);
});

test.each(policies)("$name with any value exchanged is refused by path, or harmless", (one) => {
  fc.assert(
    fc.property(fc.constantFrom(...places(one.policy)), hostile, (place, value) => {
      const policy = replaced(one.policy, place, value) as FirewallPolicy;
      const issues = policyIssues(policy);

      for (const issue of issues) expect(issue).toMatch(/^[a-z][\x20-\x7e…]*: .*; expected /);
      if (issues.length > 0) return;
      const strange = renderRuleset(policy)
        .split("\n")
        .filter((line) => !LINE.test(line));
      expect(strange).toEqual([]);
      expect(
        lockoutIssues(policy, [22]).filter((line) => !line.startsWith("management: ")),
      ).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test("whatever is written as an expectation is met, or answered with its path", () => {
  const word = fc.constantFrom(
    ...[
      "from",
      "to",
      "->",
      "accept",
      "drop,",
      "arrives",
      "at",
      "leaves",
      "as",
      "lan",
      "wan",
      "router",
    ],
    ...[
      "udp",
      "10.0.0.1",
      "999.1.1.1:80",
      "[fd00::1]:53",
      "::",
      "wan:0",
      "lan:99999",
      "\n",
      "é",
      ":",
    ],
  );
  const line = fc.oneof(
    fc.array(word, { maxLength: 14 }).map((words) => words.join(" ")),
    fc
      .tuple(word, word, word, word)
      .map(
        ([from, source, to, at]) => `from ${from} ${source} to ${to} -> accept, arrives at ${at}`,
      ),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(fc.oneof(hostile, fc.array(fc.oneof(line, hostile), { maxLength: 3 })), (lines) => {
      for (const issue of expectationIssues(homePolicy, lines as string[])) {
        expect(issue).toMatch(/^expect(\[\d+\])*.*: .+; expected /);
      }
    }),
    { numRuns: 3000 },
  );
});
