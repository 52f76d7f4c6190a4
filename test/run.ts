import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ensureEngine } from "../lab/engine/engine";
import { consoleProgress, labPossible } from "../lab/host/host";
import { installPackages } from "../lab/host/packages";

const root = resolve(__dirname, "..");
const LAB = ["test/host/", "test/lab/", "\\.lab\\.test\\.ts$"];

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Run jest on some of the files and count; a file that does not even load counts as one failure. */
function jest(...args: string[]): Count {
  const directory = mkdtempSync(join(tmpdir(), "proxmox-router-test-"));
  const output = join(directory, "result.json");
  try {
    spawnSync("jest", ["--json", `--outputFile=${output}`, ...args], {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, FORCE_COLOR: "0" },
    });
    const result = JSON.parse(readFileSync(output, "utf8")) as {
      numPassedTests: number;
      numFailedTests: number;
      numPendingTests: number;
      numTodoTests: number;
      numRuntimeErrorTestSuites: number;
    };
    return {
      passed: result.numPassedTests,
      failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
      skipped: result.numPendingTests + result.numTodoTests,
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const add = (a: Count, b: Count): Count => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

async function main(): Promise<void> {
  const reason = labPossible();
  if (reason === undefined) await installPackages(consoleProgress);
  await ensureEngine(console.error);

  let count = jest("--testPathIgnorePatterns", ...LAB);
  if (reason === undefined) {
    // One lab, one test at a time.
    count = add(count, jest("--runInBand", "--testPathPatterns", ...LAB));
  } else {
    const { stdout } = spawnSync("jest", ["--listTests", "--testPathPatterns", ...LAB], {
      cwd: root,
      encoding: "utf8",
    });
    const files = stdout.split("\n").filter((line) => line.startsWith("/"));
    console.log(`${reason} Skipped:\n${files.map((file) => `  ${file}`).join("\n")}`);
    count = add(count, { passed: 0, failed: 0, skipped: files.length });
  }

  console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  const lazy = reason === undefined && count.skipped > 0;
  if (count.failed > 0 || count.passed === 0 || lazy) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
