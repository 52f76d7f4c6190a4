import { chmodSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { contentKey, engineCache, installOnce } from "./cache";
import { type Home } from "./home";
import { run, timed } from "./run";
import { CLI_VERSION, PLUGINS, pluginDirectory } from "./versions";

const SOURCES = join(__dirname, "go");

/** Build the engine from Go modules, unless the cache has it: CLI, language host and plugins. */
export async function buildEngine(progress: (line: string) => void): Promise<Home> {
  const versions = PLUGINS.map(pluginDirectory);
  const key = contentKey(SOURCES, CLI_VERSION, process.platform, process.arch, ...versions);
  const target = join(engineCache(), key);
  await installOnce(target, progress, async (directory) => {
    requireGo();
    await timed("building the Pulumi engine from Go modules", progress, () => build(directory));
  });
  return { bin: join(target, "bin"), home: join(target, "home") };
}

/** Both modules at once: the downloads of one fill the pauses of the other. */
async function build(directory: string): Promise<void> {
  const bin = join(directory, "bin");
  const [command, proxmoxve] = PLUGINS.map((plugin) =>
    join(directory, "home", "plugins", pluginDirectory(plugin)),
  ) as [string, string];
  const binary = join(proxmoxve, "pulumi-resource-proxmoxve");
  for (const path of [bin, command, proxmoxve]) mkdirSync(path, { recursive: true });

  const kit = async () => {
    const pulumi = "github.com/pulumi/pulumi";
    const stamp = `${pulumi}/sdk/v3/go/common/version.Version=${CLI_VERSION}`;
    await goBuild("kit", `${pulumi}/pkg/v3/cmd/pulumi`, join(bin, "pulumi"), stamp);
    await goBuild(
      "kit",
      "./language-nodejs-stand-in",
      join(bin, "pulumi-language-nodejs"),
      `main.version=${CLI_VERSION}`,
    );
    await goBuild("kit", "./resource-command-stand-in", join(command, "pulumi-resource-command"));
  };
  const bridge = async () => {
    await goBuild("resource-proxmoxve", ".", binary);
    await run(binary, ["generate", proxmoxve]);
    // The generator leaves a project file of its own, which would make the directory a program.
    rmSync(join(proxmoxve, "Pulumi.yaml"), { force: true });
    for (const file of ["schema.json", "bridge-metadata.json"]) {
      chmodSync(join(proxmoxve, file), 0o644);
    }
  };
  const results = await Promise.allSettled([kit(), bridge()]);
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

async function goBuild(module: string, target: string, output: string, stamp?: string) {
  const flags = ["-s", "-w", ...(stamp ? ["-X", stamp] : [])].join(" ");
  const args = ["-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags", flags];
  await run("nice", ["go", "build", ...args, "-o", output, target], { cwd: join(SOURCES, module) });
}

function requireGo(): void {
  const found = (process.env.PATH ?? "")
    .split(delimiter)
    .some((directory) => existsSync(join(directory, "go")));
  if (found) return;
  throw new Error(
    `Pulumi ${CLI_VERSION} or newer is not installed and cannot be downloaded from here, and to ` +
      "build it the command `go` (1.26 or newer) is needed, which is not on the PATH.",
  );
}
