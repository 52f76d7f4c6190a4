import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { ensureEngine } from "../../lab/engine/engine";

const NODE_MODULES = resolve(__dirname, "..", "..", "node_modules");

/** What a run of the CLI printed, both streams in order, and how it ended. */
export interface Result {
  code: number | null;
  output: string;
}

/** A throw-away Pulumi project with a stack of its own in a file backend. */
export class Project {
  /** Directory of the project. */
  readonly directory = mkdtempSync(join(tmpdir(), "engine-test-"));

  private readonly running = new Set<ChildProcess>();

  /** @param env - what `pulumi` needs to find it */
  private constructor(readonly env: Record<string, string>) {}

  /** Write the files of a project and initialise its stack `test`. */
  static async create(files: Record<string, string>): Promise<Project> {
    const { env } = await ensureEngine(() => undefined);
    const project = new Project(env);
    const state = join(project.directory, "state");
    mkdirSync(state);
    Object.assign(project.env, {
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    });
    symlinkSync(NODE_MODULES, join(project.directory, "node_modules"));
    project.write("package.json", JSON.stringify({ name: "engine-test", version: "1.0.0" }));
    for (const [path, text] of Object.entries(files)) project.write(path, text);
    await project.expect("stack", "init", "test");
    return project;
  }

  /** Path of a file of the project. */
  path(name: string): string {
    return join(this.directory, name);
  }

  /** Write a file of the project. */
  write(name: string, text: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
  }

  /** Start the CLI without waiting for it. */
  start(...args: string[]): { child: ChildProcess; result: Promise<Result> } {
    const child = spawn("pulumi", [...args, "--non-interactive", "--color=never"], {
      cwd: this.directory,
      env: { ...process.env, ...this.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.running.add(child);
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const result = new Promise<Result>((done, failed) => {
      child.on("error", failed);
      child.on("close", (code) => {
        this.running.delete(child);
        done({ code, output: stripVTControlCharacters(output) });
      });
    });
    return { child, result };
  }

  /** Run the CLI to its end. */
  async run(...args: string[]): Promise<Result> {
    return this.start(...args).result;
  }

  /** Run the CLI and demand success; returns what it printed. */
  async expect(...args: string[]): Promise<string> {
    const { code, output } = await this.run(...args);
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")}: ${String(code)}\n${output}`);
    return output;
  }

  /** Run `pulumi up`, without a preview before it. */
  async up(): Promise<Result> {
    return this.run("up", "--yes", "--skip-preview");
  }

  /** The stack's outputs. */
  async outputs(): Promise<Record<string, unknown>> {
    const text = await this.expect("stack", "output", "--json", "--show-secrets");
    return JSON.parse(text) as Record<string, unknown>;
  }

  /** End what still runs and remove the project. */
  remove(): void {
    for (const child of this.running) child.kill("SIGKILL");
    rmSync(this.directory, { recursive: true, force: true });
  }
}
