import { consoleProgress, labPossible, labUp } from "./host/host";
import { engineEnv } from "./engine-env";
import { pulumi } from "./pulumi";
import { type Check, checkRouter } from "./scenario-checks";

const STACK = "lab";

async function demo(): Promise<void> {
  const reason = labPossible();
  if (reason !== undefined) throw new Error(reason);

  const start = Date.now();
  await engineEnv(console.error);
  await labUp(consoleProgress);

  console.log("\n$ pulumi up --stack lab\n");
  await succeed(["stack", "select", "--create", STACK]);
  await succeed(["up", "--yes", "--stack", STACK]);

  const checks = await checkRouter(consoleProgress);
  console.log(`\n${table(checks)}\n`);
  if (checks.some(({ ok }) => !ok)) throw new Error("the network is not what it should be");
  console.log(
    [
      `A router is up after ${Math.round((Date.now() - start) / 1000)} s. Go on with`,
      "  lab/pulumi stack output                 what the stack says of itself",
      "  lab/pulumi preview --diff               after a change in stacks/Pulumi.lab.yaml",
      '  eval "$(lab/pulumi stack output ssh)"   a shell on the router',
      "  make demo-down                          take the network and the lab away",
    ].join("\n"),
  );
}

async function succeed(args: readonly string[]): Promise<void> {
  const status = await pulumi(args);
  if (status !== 0) throw new Error(`pulumi ${args.join(" ")} ended with status ${status}`);
}

function table(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ what }) => what.length));
  return checks
    .map(({ what, seen, ok }) => `${ok ? "ok  " : "FAIL"}  ${what.padEnd(width)}  ${seen}`)
    .join("\n");
}

demo().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
