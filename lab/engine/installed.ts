import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { engineCache } from "./cache";
import { type Home, missingPlugins } from "./home";
import { run } from "./run";
import { CLI_VERSION, atLeast } from "./versions";

/** The user's own Pulumi, if it is new enough and has a Node language host and all plugins. */
export async function findInstalled(): Promise<Home | undefined> {
  // What we made ourselves does not count, even when a caller already has it on the PATH.
  const bin = (process.env.PATH ?? "")
    .split(delimiter)
    .find((directory) => !directory.startsWith(engineCache()) && has(directory, "pulumi"));
  if (bin === undefined || !has(bin, "pulumi-language-nodejs")) return undefined;
  const own = process.env.PULUMI_HOME;
  const home = own?.startsWith(engineCache()) === false ? own : join(homedir(), ".pulumi");
  if (missingPlugins(home).length > 0) return undefined;
  const version = await run(join(bin, "pulumi"), ["version"], { timeout: 10 }).catch(() => "");
  return atLeast(version.trim().replace(/^v/, ""), CLI_VERSION) ? { bin, home } : undefined;
}

const has = (directory: string, file: string) => existsSync(join(directory, file));
