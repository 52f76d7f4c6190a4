import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ensureEngine } from "../lab/engine/engine";
import { ensureHardware } from "../lab/hardware/snapshot";
import { consoleProgress, labPossible } from "../lab/host/host";
import { installPackages } from "../lab/host/packages";
import { ensureImage } from "../lab/images/image";
import { installSshd } from "./engine/sshd";
import { eachInLab } from "./lab-runner";

const root = resolve(__dirname, "..");
const LAB = /\/test\/(hardware|host|lab)\/|\.lab\.test\.ts$/;
const HARDWARE = /\/test\/hardware\//;
const SLOW = /\.slow\.test\.ts$/;

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Run jest on some of the files and count; a file that does not even load counts as one failure. */
async function jest(files: readonly string[], within: readonly string[] = []): Promise<Count> {
  if (files.length === 0) return { passed: 0, failed: 0, skipped: 0 };
  const directory = mkdtempSync(join(tmpdir(), "proxmox-router-test-"));
  const output = join(directory, "result.json");
  try {
    const [program = "jest", ...args] = [
      ...[...within, "jest", "--json", `--outputFile=${output}`],
      ...["--runTestsByPath", ...files],
    ];
    const child = spawn(program, args, {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, FORCE_COLOR: "0" },
    });
    await once(child, "close");
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

/** The files of the tests: those below a directory, or all but those that a normal run has no time for. */
function listTests(directory: string | undefined): string[] {
  const { stdout } = spawnSync("jest", ["--listTests"], { cwd: root, encoding: "utf8" });
  const files = stdout.split("\n").filter((line) => line.startsWith("/"));
  if (directory !== undefined)
    return files.filter((file) => file.startsWith(`${resolve(root, directory)}/`));
  const [slow, rest] = split(files, (file) => SLOW.test(file));
  console.log(`${slow.length} files are left to make test-hardware, and not counted:`);
  console.log(slow.map((file) => `  ${file}`).join("\n"));
  return rest;
}

const needsRoot = (file: string) => readFileSync(file, "utf8").startsWith("// Needs root");

const split = (files: readonly string[], test: (file: string) => boolean) =>
  [files.filter(test), files.filter((file) => !test(file))] as const;

const add = (a: Count, b: Count): Count => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

async function main(): Promise<void> {
  const reason = labPossible();
  if (reason === undefined) {
    await installPackages(consoleProgress);
    installSshd();
    // A lab in its own network can not fetch anything.
    await ensureImage("host", consoleProgress);
    await ensureImage("guest", consoleProgress);
  }
  await ensureEngine(console.error);

  const files = listTests(process.argv[2]);
  const [lab, others] = split(files, (file) => LAB.test(file));
  const [onHardware, onHost] = split(lab, (file) => HARDWARE.test(file));
  const [rooted, plain] = split(others, needsRoot);
  let count: Count;
  if (reason === undefined) {
    // On a fresh machine it is built while the first tests run.
    const hardware = onHardware.length > 0 ? ensureHardware(consoleProgress) : undefined;
    const [outside, inLabs] = await Promise.all([
      // What waits for a guest to boot must not wait for these.
      jest(others, ["nice", "-n", "10"]),
      eachInLab([...onHost, ...onHardware], async (file, within) => {
        if (HARDWARE.test(file)) await hardware;
        return jest([file], within);
      }),
      hardware,
    ]);
    count = inLabs.reduce(add, outside);
  } else {
    const skipped = [...lab, ...rooted];
    console.log(`${reason} Skipped:\n${skipped.map((file) => `  ${file}`).join("\n")}`);
    count = add(await jest(plain), {
      passed: 0,
      failed: 0,
      skipped: skipped.length,
    });
  }

  console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  const lazy = reason === undefined && count.skipped > 0;
  if (count.failed > 0 || count.passed === 0 || lazy) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
