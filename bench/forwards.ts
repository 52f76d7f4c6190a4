import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderRuleset } from "../net/nftables";
import { policyIssues } from "../net/policy-issues";
import { BenchRouter } from "./router";
import { FIRST, iptables, linearNft, policyWith, STREAM } from "./rulesets";

const SIZES = [10, 1_000, 10_000];
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 1.5);

/** How the same forwards are written, and how they are loaded from a file. */
const KINDS = [
  { name: "proxmox-router", text: (n: number) => renderRuleset(policyWith(n)), load: "nft -f" },
  { name: "one nft rule each", text: linearNft, load: "nft -f" },
  { name: "iptables", text: iptables, load: "iptables-legacy-restore" },
];

/** Connections a second through each kind and number of forwards, by turns in one run. */
export async function connectionRates(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "proxmox-router-bench-"));
  const cases = KINDS.flatMap((kind) =>
    SIZES.map((size) => ({ ...kind, size, router: new BenchRouter(), rates: [] as number[] })),
  );
  try {
    for (const { name, size, text, load, router } of cases) {
      const file = join(directory, `${name.replaceAll(" ", "-")}-${size}`);
      writeFileSync(file, text(size));
      const complaint = await firstThatWorks(router, load, file);
      if (complaint !== undefined) throw new Error(`${name}, ${size} forwards: ${complaint}`);
    }
    // By turns, so that whatever else the machine does slows all of them alike.
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const one of cases) one.rates.push(await one.router.connect(FIRST, one.size, SECONDS));
    }
    const median = (kind: string, size: number) =>
      middle(cases.find((one) => one.name === kind && one.size === size)?.rates ?? []);
    console.log(`Connections a second, median of ${ROUNDS} rounds of ${SECONDS} s:`);
    console.table(
      Object.fromEntries(
        KINDS.map(({ name }) => [
          name,
          Object.fromEntries(
            SIZES.map((size) => [`${size} forwards`, Math.round(median(name, size))]),
          ),
        ]),
      ),
    );
    const kept = median("proxmox-router", 10_000) / median("proxmox-router", 10);
    console.log(`proxmox-router at 10,000 keeps ${kept.toFixed(2)} of its rate at 10.`);
    if (kept < 0.9) throw new Error("expected at least 0.90");
  } finally {
    for (const { router } of cases) router.close();
    rmSync(directory, { recursive: true });
  }
}

/** Time to check and render many forwards and guests; it must grow as they do. */
export function renderTimes(): void {
  const rows = [2_500, 5_000, 10_000].map((forwards) => {
    const policy = policyWith(forwards, forwards / 10);
    const runs = Array.from({ length: 9 }, () => {
      const start = process.cpuUsage();
      const began = performance.now();
      const issues = policyIssues(policy).length;
      const bytes = renderRuleset(policy).length;
      const { user, system } = process.cpuUsage(start);
      return { issues, bytes, wall: performance.now() - began, cpu: (user + system) / 1000 };
    });
    return {
      forwards,
      guests: forwards / 10,
      "ms, median": Math.round(middle(runs.map(({ wall }) => wall))),
      "ms of CPU, median": Math.round(middle(runs.map(({ cpu }) => cpu))),
      "ms, best": Math.round(Math.min(...runs.map(({ wall }) => wall))),
      KiB: Math.round((runs[0]?.bytes ?? 0) / 1024),
      issues: runs[0]?.issues,
    };
  });
  console.log("Checking and rendering:");
  console.table(rows);
}

/** What a flow loses while the ruleset of 10,000 forwards and 1,000 guests is replaced. */
export async function reloadLoss(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "proxmox-router-bench-"));
  const router = new BenchRouter();
  try {
    const file = join(directory, "ruleset.nft");
    writeFileSync(file, renderRuleset(policyWith(10_000, 1_000)));
    const complaint = await router.shell(`nft -f ${file}`);
    if (complaint !== undefined) throw new Error(complaint);
    const { sent, received, ordered, reload } = await router.stream(STREAM, file, 20);
    console.log(
      `Reloading 10,000 forwards and 1,000 guests 20 times, ${(reload * 1000).toFixed(0)} ms each: ` +
        `${sent} datagrams of one flow sent, ${sent - received} lost, ${ordered ? "in order" : "out of order"}.`,
    );
    if (sent !== received || !ordered) throw new Error("expected none to be lost");
  } finally {
    router.close();
    rmSync(directory, { recursive: true });
  }
}

/** Kernels without the old iptables take its rules through their nftables layer. */
async function firstThatWorks(router: BenchRouter, load: string, file: string) {
  const complaint = await router.shell(`${load} ${file}`);
  if (complaint === undefined || !load.startsWith("iptables")) return complaint;
  console.log(`${load}: ${complaint.trim()}; taking iptables-nft-restore`);
  return router.shell(`iptables-nft-restore ${file}`);
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
