#!/usr/bin/env node
import { parseArgs } from "node:util";
import { driftOf, type MachineDrift } from "./drift";
import { recordedBy } from "./state";

const USAGE = `Usage: proxmox-router drift <stack> [--json]

Compares every machine of a stack with what was confirmed there last. Reads only.
Run it where you run pulumi: in the directory of the program, logged in to its backend.

Exit status: 0 nothing differs, 1 it could not be found out, 2 something differs.
A machine that can not be reached is a warning; 1 if none can be.`;

const IN_SYNC = 0;
const FAILED = 1;
const DRIFTED = 2;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: "boolean" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) {
    console.log(USAGE);
    return IN_SYNC;
  }
  const [command, stack, ...rest] = positionals;
  if (command !== "drift" || stack === undefined || rest.length > 0) {
    console.error(USAGE);
    return FAILED;
  }
  const machines = await driftOf(await recordedBy(stack));
  console.log(values.json ? JSON.stringify({ stack, machines }, null, 2) : describe(machines));
  for (const { machine, unreachable } of machines)
    if (unreachable) console.error(`warning: ${machine} was not looked at: ${unreachable}`);
  if (machines.some(({ differences }) => differences.length > 0)) return DRIFTED;
  return machines.length > 0 && machines.every(({ unreachable }) => unreachable) ? FAILED : IN_SYNC;
}

function describe(machines: readonly MachineDrift[]): string {
  const slices = machines.flatMap((one) => (one.unreachable ? [] : one.slices));
  const differing = new Set(
    machines.flatMap((one) => one.differences.map(({ slice }) => `${one.machine} ${slice}`)),
  );
  return [
    ...machines.flatMap(({ machine, differences }) =>
      differences.length > 0
        ? [machine, ...differences.map((one) => `  ${one.slice}: ${one.difference}`)]
        : [],
    ),
    `${slices.length} looked at, ${differing.size} ${differing.size === 1 ? "differs" : "differ"}`,
  ].join("\n");
}

main()
  .then((status) => (process.exitCode = status))
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = FAILED;
  });
