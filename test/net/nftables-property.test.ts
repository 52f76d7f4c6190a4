// Needs root: asks the real tools in namespaces of its own.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { renderRuleset } from "../../net/nftables";
import type { FirewallPolicy } from "../../net/policy";
import { policies } from "./policies";

const SEED = Number(process.env.SEED ?? 1);
const RULESETS = Number(process.env.NFT_RULESETS ?? 2000);
// So many at a time, of which memory has room for as many as somebody asks for.
const BATCH = 100;
// Without real root the kernel takes no message as long as a large ruleset.
const NAMESPACE = process.getuid?.() === 0 ? "-n" : "-rn";

const sample = (seed: number, numRuns: number) => fc.sample(policies, { seed, numRuns });

let directory: string;
beforeAll(() => (directory = mkdtempSync(join(tmpdir(), "proxmox-router-nft-"))));
afterAll(() => rmSync(directory, { recursive: true }));

/** A file of each policy's ruleset. */
const files = (list: readonly FirewallPolicy[]) =>
  list.map((policy, i) => {
    const file = join(directory, `${i}.nft`);
    writeFileSync(file, renderRuleset(policy));
    return file;
  });

/** Run a script on the files in one namespace. A transaction for each: the kernel takes more than
 * twice as long for ten rulesets in one. */
const inNamespace = (script: string, list: readonly string[]) =>
  spawnSync("unshare", [NAMESPACE, "sh", "-c", script, "sh", ...list], { encoding: "utf8" });

test(`nft accepts ${RULESETS} rulesets of random valid policies`, () => {
  console.log(`SEED=${SEED} NFT_RULESETS=${RULESETS}`);
  for (let done = 0; done < RULESETS; done += BATCH) {
    const batch = sample(SEED + done, Math.min(BATCH, RULESETS - done));
    const { stdout, stderr } = inNamespace(
      'for file; do nft -c -f "$file" || basename "$file" .nft; done; echo checked',
      files(batch),
    );
    const refused = stdout.split("\n").slice(0, -2).map(Number);

    expect({ refused: refused.map((i) => batch[i]), stderr }).toEqual({ refused: [], stderr: "" });
    expect(stdout).toMatch(/checked\n$/);
  }
}, 600_000);

test("what the kernel lists of a ruleset is a ruleset that lists the same", () => {
  const reload = `
    set -e
    list() { nft -s list table inet proxmox_router; }
    for file; do
      nft -f "$file"; list > "$file.1"; nft delete table inet proxmox_router
      nft -f "$file.1"; list > "$file.2"; cmp "$file.1" "$file.2"
    done; echo same`;

  expect(inNamespace(reload, files(sample(SEED, 60)))).toMatchObject({
    stdout: "same\n",
    stderr: "",
  });
}, 120_000);

test("a ruleset is the same however often and from whichever copy it is rendered", () => {
  for (const policy of sample(SEED, 200)) {
    const copy = JSON.parse(JSON.stringify(policy)) as FirewallPolicy;
    expect(renderRuleset(copy)).toBe(renderRuleset(policy));
  }
});
