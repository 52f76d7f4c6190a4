import { spawn } from "node:child_process";
import { engineEnv } from "./engine-env";

/** Run `pulumi` on the lab with the terminal's own input and output; resolves to its status. */
export async function pulumi(args: readonly string[]): Promise<number> {
  const env = await engineEnv((line) => process.stderr.write(`${line}\n`));
  const child = spawn("pulumi", args, { env, stdio: "inherit" });
  // The terminal sends Ctrl-C to both; pulumi decides when to end.
  const wait = () => undefined;
  process.on("SIGINT", wait);
  try {
    return await new Promise((resolve, reject) => {
      child.on("error", reject).on("close", (code) => resolve(code ?? 1));
    });
  } finally {
    process.off("SIGINT", wait);
  }
}

if (require.main === module) {
  void pulumi(process.argv.slice(2)).then((status) => {
    process.exitCode = status;
  });
}
