import { delimiter, join } from "node:path";
import { buildEngine } from "./build";
import { engineCache } from "./cache";
import { type Home } from "./home";
import { findInstalled } from "./installed";
import { downloadOfficial } from "./official";

/** A Pulumi CLI with a Node language host and the project's provider plugins. */
export interface Engine {
  /** Directory of the command `pulumi`. */
  bin: string;
  /** Variables to run it with, on top of the caller's own. */
  env: Record<string, string>;
  /** Where it came from: `built` has stand-ins for the language host and the command plugin. */
  source: "installed" | "official" | "built";
}

/** Find or make an engine: what is installed, else the official downloads, else a build. */
export async function ensureEngine(progress: (line: string) => void): Promise<Engine> {
  const installed = await findInstalled();
  if (installed) return engine(installed, "installed");
  const official = await downloadOfficial(progress);
  if (official) return engine(official, "official");
  return engine(await buildEngine(progress), "built");
}

/** The project's own node goes before the system's, so that every language host runs that one. */
const NODE = join(__dirname, "..", "..", "node_modules", ".bin");

function engine({ bin, home }: Home, source: Engine["source"]): Engine {
  const env: Record<string, string> = {
    PATH: [bin, NODE, process.env.PATH ?? ""].join(delimiter),
    PULUMI_HOME: home,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Each run loads the SDK and the compiler anew: half a second of a processor without it.
    NODE_COMPILE_CACHE: join(engineCache(), "node"),
  };
  if (source === "built") {
    // Nothing can be downloaded, and a plugin that happens to lie on the PATH is not the one built.
    env.PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION = "true";
    env.PULUMI_IGNORE_AMBIENT_PLUGINS = "true";
  }
  return { bin, env, source };
}
