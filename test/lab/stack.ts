import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseDocument } from "yaml";
import { engineEnv } from "../../lab/engine-env";
import { paths } from "../../lab/host/paths";

const project = resolve(__dirname, "../..");

/** How a run of `pulumi` ended, and all it printed. */
export interface Run {
  readonly status: number;
  readonly text: string;
}

/** One step of a preview that changes something. */
export interface Step {
  readonly op: string;
  readonly name: string;
  /** Paths of the properties that differ. */
  readonly diff: readonly string[];
}

/** The program with a configuration and a state of its own, run by the real engine on the lab. */
export class LabStack {
  private readonly directory = mkdtempSync(join(tmpdir(), "proxmox-router-stack-"));
  private readonly config = join(this.directory, "Pulumi.test.yaml");
  private env: NodeJS.ProcessEnv = {};

  private constructor(private readonly environment: string) {}

  /** A new stack with the configuration of an environment, `lab` being the demo. */
  static async create(environment = "lab"): Promise<LabStack> {
    const stack = new LabStack(environment);
    stack.env = {
      ...(await engineEnv(() => undefined)),
      PULUMI_BACKEND_URL: `file://${stack.directory}`,
    };
    const { status, text } = await stack.run(["stack", "init", "test"]);
    if (status !== 0) throw new Error(text);
    rmSync(join(project, "stacks/Pulumi.test.yaml"), { force: true });
    stack.reset();
    return stack;
  }

  /** Go back to the configuration of the environment. */
  reset(): void {
    const path = join(project, `stacks/Pulumi.${this.environment}.yaml`);
    const text = readFileSync(path, "utf8");
    writeFileSync(this.config, text.replaceAll("~/.cache/proxmox-router/lab", paths.lab));
  }

  /** Set one value of the configuration by path, or remove it with undefined. */
  set(path: readonly (string | number)[], value: unknown): void {
    const document = parseDocument(readFileSync(this.config, "utf8"));
    if (value === undefined) document.deleteIn(["config", ...path]);
    else document.setIn(["config", ...path], value);
    writeFileSync(this.config, document.toString());
  }

  up(): Promise<Run> {
    return this.run(["up", "--yes", "--skip-preview", "--non-interactive", ...this.args]);
  }

  refresh(...flags: string[]): Promise<Run> {
    return this.run(["refresh", "--yes", "--skip-preview", ...flags, ...this.args]);
  }

  destroy(): Promise<Run> {
    return this.run(["destroy", "--yes", "--skip-preview", ...this.args]);
  }

  preview(...flags: string[]): Promise<Run> {
    return this.run(["preview", ...flags, ...this.args]);
  }

  /** Forget the lock that a killed run left. */
  cancel(): Promise<Run> {
    return this.run(["cancel", "--yes", "--stack", "test"]);
  }

  /** What an output of the stack is. */
  async output(name: string): Promise<string> {
    return (await this.run(["stack", "output", name, "--stack", "test"])).text.trim();
  }

  /** What the state says, secrets as they are stored. */
  async state(): Promise<string> {
    return (await this.run(["stack", "export", "--stack", "test"])).text;
  }

  /** What an update would do. */
  async plan(): Promise<Step[]> {
    const { status, text } = await this.preview("--json");
    if (status !== 0) throw new Error(text);
    const { steps } = JSON.parse(text.slice(text.indexOf("{"))) as {
      steps: { op: string; urn: string; detailedDiff?: Record<string, unknown> | null }[];
    };
    return steps
      .filter(({ op }) => op !== "same" && op !== "refresh")
      .map(({ op, urn, detailedDiff }) => ({
        op,
        name: urn.split("::").at(-1) ?? "",
        diff: Object.keys(detailedDiff ?? {}),
      }));
  }

  /** Start an update and kill the engine, as a power cut of the administrator's machine would. */
  async upKilledWhen(moment: () => Promise<boolean>, limitMs: number): Promise<boolean> {
    const child = this.start(["up", "--yes", "--skip-preview", ...this.args]);
    const ended = new Promise<boolean>((done) => child.once("close", () => done(false)));
    const end = Date.now() + limitMs;
    while (child.exitCode === null && Date.now() < end) {
      if (await moment()) {
        child.kill("SIGKILL");
        await ended;
        return true;
      }
      await new Promise((done) => setTimeout(done, 200));
    }
    child.kill("SIGKILL");
    return ended;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  private readonly args = ["--stack", "test", "--config-file", this.config];

  private start(args: readonly string[]): ChildProcess {
    return spawn("pulumi", [...args, "--color", "never"], {
      cwd: project,
      env: this.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  private run(args: readonly string[]): Promise<Run> {
    return new Promise((done, reject) => {
      const child = this.start(args);
      let text = "";
      child.stdout?.on("data", (chunk: Buffer) => (text += chunk.toString()));
      child.stderr?.on("data", (chunk: Buffer) => (text += chunk.toString()));
      child.on("error", reject).on("close", (code) => done({ status: code ?? 1, text }));
    });
  }
}
