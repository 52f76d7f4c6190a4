import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { installOnce } from "../../lab/engine/cache";
import { ensureEngine } from "../../lab/engine/engine";
import { lock } from "../../lab/engine/lock";
import { PLUGINS, atLeast, pluginDirectory } from "../../lab/engine/versions";

let directory: string;
let fetched: jest.SpyInstance;
const before = { ...process.env };
const at = (...names: string[]) => join(directory, ...names);
const quiet = () => undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "engine-selection-"));
  process.env.PROXMOX_ROUTER_CACHE = at("cache");
  process.env.PULUMI_HOME = at("home");
  process.env.PATH = [at("tools"), "/usr/bin", "/bin"].join(delimiter);
  mkdirSync(at("tools"));
  fetched = jest.spyOn(globalThis, "fetch").mockRejectedValue(new Error("unreachable"));
});
afterEach(() => {
  process.env = { ...before };
  fetched.mockRestore();
  rmSync(directory, { recursive: true, force: true });
});

function script(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
}

function install(version: string): void {
  script(at("tools", "pulumi"), `echo v${version}`);
  script(at("tools", "pulumi-language-nodejs"), "");
  for (const plugin of PLUGINS) {
    script(at("home", "plugins", pluginDirectory(plugin), `pulumi-resource-${plugin.name}`), "");
  }
}

describe("which engine is taken", () => {
  test("is the installed one, when it is new enough and complete", async () => {
    install("3.270.1");
    const engine = await ensureEngine(quiet);
    expect(engine).toMatchObject({ bin: at("tools"), source: "installed" });
    expect(engine.env.PULUMI_HOME).toBe(at("home"));
    expect(engine.env).not.toHaveProperty("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION");
    expect(fetched).not.toHaveBeenCalled();
  });

  test.each([
    ["is too old", () => install("3.258.9")],
    [
      "lacks the language host",
      () => {
        install("3.270.1");
        rmSync(at("tools", "pulumi-language-nodejs"));
      },
    ],
    [
      "lacks a plugin",
      () => {
        install("3.270.1");
        rmSync(at("home", "plugins"), { recursive: true });
      },
    ],
  ])("is not the installed one when that %s", async (_, prepare) => {
    prepare();
    await expect(ensureEngine(quiet)).rejects.toThrow("`go`");
    expect(fetched).toHaveBeenCalledTimes(1);
  });

  test("is the official one, when it can be downloaded", async () => {
    fetched.mockResolvedValue(new Response());
    script(
      at("tools", "npm"),
      `bin="$PULUMI_HOME/versions/3.265.0/bin"
       mkdir -p "$bin"
       cat > "$bin/pulumi" <<'END'
#!/bin/sh
plugin="$PULUMI_HOME/plugins/resource-$4-v$5"
mkdir -p "$plugin" && touch "$plugin/pulumi-resource-$4" && echo "$*" >> "$PULUMI_HOME/asked"
END
       chmod +x "$bin/pulumi"`,
    );
    const { bin, env, source } = await ensureEngine(quiet);
    expect(source).toBe("official");
    expect(bin).toBe(
      at("cache", "engine", "official-3.265.0", "home", "versions", "3.265.0", "bin"),
    );
    expect(existsSync(join(env.PULUMI_HOME ?? "", "plugins", "resource-proxmoxve-v8.6.0"))).toBe(
      true,
    );

    rmSync(at("tools", "npm"));
    expect((await ensureEngine(quiet)).bin).toBe(bin);
    expect(fetched).toHaveBeenCalledTimes(1);
  });

  test("is built, and the network not asked again for a day, when a download fails", async () => {
    fetched.mockResolvedValue(new Response());
    script(at("tools", "npm"), "echo no such package >&2; exit 1");
    const lines: string[] = [];
    const attempt = () => ensureEngine((line) => lines.push(line));
    await expect(attempt()).rejects.toThrow("`go`");
    await expect(attempt()).rejects.toThrow("`go`");
    expect(fetched).toHaveBeenCalledTimes(1);
    expect(
      lines.filter((line) => line.startsWith("the official Pulumi cannot be had")),
    ).toHaveLength(1);
    expect(existsSync(at("cache", "engine", "official-3.265.0"))).toBe(false);
  });

  test("cannot be built without go, which is said in one sentence", async () => {
    await expect(ensureEngine(quiet)).rejects.toThrow(
      "Pulumi 3.259.0 or newer is not installed and cannot be downloaded from here, and to build it " +
        "the command `go` (1.26 or newer) is needed, which is not on the PATH.",
    );
  });
});

describe("what is made once", () => {
  test("is not taken for finished when its making was interrupted", async () => {
    const interrupted = installOnce(at("thing"), quiet, (unfinished) => {
      writeFileSync(join(unfinished, "half"), "");
      return Promise.reject(new Error("interrupted"));
    });
    await expect(interrupted).rejects.toThrow("interrupted");
    expect(existsSync(at("thing"))).toBe(false);
    await installOnce(at("thing"), quiet, (unfinished) => {
      writeFileSync(join(unfinished, "whole"), "");
      return Promise.resolve();
    });
    expect(existsSync(at("thing", "whole"))).toBe(true);
    expect(existsSync(at("thing", "half"))).toBe(false);
  });

  test("is made by one process while another waits", async () => {
    let made = 0;
    const make = async () => {
      made += 1;
      await sleep(100);
    };
    await Promise.all([1, 2, 3].map(() => installOnce(at("thing"), quiet, make)));
    expect(made).toBe(1);
  });

  test("is not held up by a lock whose holder is gone", async () => {
    const gone = spawn("true");
    await new Promise((done) => gone.on("close", done));
    writeFileSync(at("lock"), String(gone.pid));
    (await lock(at("lock"), quiet))();
    expect(existsSync(at("lock"))).toBe(false);
  });
});

test.each([
  ["3.259.0", "3.259.0", true],
  ["3.260.0", "3.259.5", true],
  ["4.0.0", "3.259.0", true],
  ["3.99.9", "3.259.0", false],
  ["", "3.259.0", false],
])("version %s is at least %s: %s", (version, oldest, expected) => {
  expect(atLeast(version, oldest)).toBe(expected);
});
