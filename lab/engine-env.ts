import { mkdirSync } from "node:fs";
import { ensureEngine } from "./engine/engine";
import { paths } from "./host/host";

/** The environment in which `pulumi` works on the lab: its engine, its state, its passphrase. */
export async function engineEnv(progress: (line: string) => void): Promise<NodeJS.ProcessEnv> {
  const { env } = await ensureEngine(progress);
  mkdirSync(paths.pulumiState, { recursive: true });
  return {
    ...process.env,
    ...env,
    PULUMI_BACKEND_URL: `file://${paths.pulumiState}`,
    PULUMI_CONFIG_PASSPHRASE: "proxmox-lab",
    // Types are the business of `make check`; without it each run takes seconds longer.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
  };
}
