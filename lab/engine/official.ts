import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { engineCache, installOnce } from "./cache";
import { type Home, missingPlugins } from "./home";
import { run, timed } from "./run";
import { OFFICIAL_CLI_VERSION } from "./versions";

const DOWNLOADS = "https://get.pulumi.com/install.sh";
const PROBE_SECONDS = 3;
const VERDICT_HOURS = 24;
const DOWNLOAD_SECONDS = 600;

/** The official CLI and plugins, downloaded into the cache; nothing where they cannot be reached. */
export async function downloadOfficial(
  progress: (line: string) => void,
): Promise<Home | undefined> {
  if (!(await reachable())) return undefined;
  const target = join(engineCache(), `official-${OFFICIAL_CLI_VERSION}`);
  try {
    await installOnce(target, progress, (directory) =>
      timed("downloading the official Pulumi", progress, () => download(directory)),
    );
  } catch (error) {
    remember(false);
    progress(`the official Pulumi cannot be had: ${firstLine(error)}`);
    return undefined;
  }
  const home = join(target, "home");
  return { bin: officialBin(home), home };
}

/** The npm package keeps the CLI below the Pulumi home, from where the plugins are installed. */
async function download(directory: string): Promise<void> {
  const home = join(directory, "home");
  const env = { PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const options = { env, timeout: DOWNLOAD_SECONDS };
  await run("npm", ["exec", "--yes", `pulumi@${OFFICIAL_CLI_VERSION}`, "--", "version"], options);
  for (const { name, version, server } of missingPlugins(home)) {
    const from = server === undefined ? [] : ["--server", server];
    const install = ["plugin", "install", "resource", name, version, ...from];
    await run(join(officialBin(home), "pulumi"), install, options);
  }
}

const officialBin = (home: string) => join(home, "versions", OFFICIAL_CLI_VERSION, "bin");

/** Whether the download site answers; the verdict is kept so that warm runs do not wait for it. */
async function reachable(): Promise<boolean> {
  const known = remembered();
  if (known !== undefined) return known;
  const answer = await fetch(DOWNLOADS, {
    method: "HEAD",
    signal: AbortSignal.timeout(PROBE_SECONDS * 1000),
  }).catch(() => undefined);
  return remember(answer?.ok === true);
}

const verdictFile = () => join(engineCache(), "official.json");

function remembered(): boolean | undefined {
  try {
    const verdict = JSON.parse(readFileSync(verdictFile(), "utf8")) as {
      at: number;
      reachable: boolean;
    };
    const age = Date.now() - verdict.at;
    return age >= 0 && age < VERDICT_HOURS * 3_600_000 ? verdict.reachable : undefined;
  } catch {
    return undefined;
  }
}

function remember(verdict: boolean): boolean {
  mkdirSync(engineCache(), { recursive: true });
  writeFileSync(verdictFile(), JSON.stringify({ at: Date.now(), reachable: verdict }));
  return verdict;
}

const firstLine = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
