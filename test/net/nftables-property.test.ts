// Needs root: asks the real tools in namespaces of its own.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { renderRuleset } from "../../net/nftables";
import type { FirewallPolicy } from "../../net/policy";
import { policies } from "./policies";

const SEED = Number(process.env.SEED ?? 1);
const RULESETS = Number(process.env.NFT_RULESETS ?? 2000);
const BATCH = 10;
// Without real root the kernel takes no message as long as a batch.
const NAMESPACE = process.getuid?.() === 0 ? "-n" : "-rn";

const sample = (seed: number, numRuns: number) => fc.sample(policies, { seed, numRuns });

/** Many rulesets as one script: each in a table of its own, which is all that is changed of it. */
const script = (list: readonly FirewallPolicy[]) =>
  list
    .map((policy, i) => renderRuleset(policy).replaceAll("inet proxmox_router", `inet t${i}`))
    .join("\n");

const check = (text: string) =>
  spawnSync("unshare", [NAMESPACE, "nft", "-c", "-f", "-"], { input: text, encoding: "utf8" });

test(`nft accepts ${RULESETS} rulesets of random valid policies`, () => {
  console.log(`SEED=${SEED} NFT_RULESETS=${RULESETS}`);
  for (let done = 0; done < RULESETS; done += BATCH) {
    const batch = sample(SEED + done, Math.min(BATCH, RULESETS - done));
    if (check(script(batch)).status === 0) continue;
    // One of them is to blame; alone it tells which rule.
    const refused = batch
      .map((policy) => ({ policy, stderr: check(renderRuleset(policy)).stderr }))
      .filter(({ stderr }) => stderr !== "");
    expect(refused).toEqual([]);
    throw new Error("a batch was refused, none of its rulesets alone");
  }
}, 600_000);

test("what the kernel lists of a ruleset is a ruleset that lists the same", () => {
  const directory = mkdtempSync(join(tmpdir(), "proxmox-router-nft-"));
  try {
    const files = sample(SEED, 60).map((policy, i) => {
      const file = join(directory, `${i}.nft`);
      writeFileSync(file, renderRuleset(policy));
      return file;
    });
    const reload = `
      list() { nft -s list table inet proxmox_router; }
      for file; do
        nft -f "$file"; list > "$file.1"; nft delete table inet proxmox_router
        nft -f "$file.1"; list > "$file.2"; cmp "$file.1" "$file.2"
      done; echo same`;
    const said = execFileSync("unshare", [NAMESPACE, "sh", "-ec", reload, "sh", ...files], {
      encoding: "utf8",
    });

    expect(said).toBe("same\n");
  } finally {
    rmSync(directory, { recursive: true });
  }
}, 120_000);

test("a ruleset is the same however often and from whichever copy it is rendered", () => {
  for (const policy of sample(SEED, 200)) {
    const copy = JSON.parse(JSON.stringify(policy)) as FirewallPolicy;
    expect(renderRuleset(copy)).toBe(renderRuleset(policy));
  }
});
