import { ensureEngine } from "./engine";

/** Make the engine ready and print its directory, for a shell to use. */
async function main(): Promise<void> {
  const { bin } = await ensureEngine((line) => process.stderr.write(`engine: ${line}\n`));
  process.stdout.write(`${bin}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`engine: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
