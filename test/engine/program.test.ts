import { existsSync, readFileSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Project } from "./project";

const PROJECT = `name: engine-test
runtime: nodejs
main: stacks/index.ts
config:
  count: { type: integer, default: 3 }
  enabled: { type: boolean, default: true }
  names: { type: array, items: { type: string }, default: [a, b] }
  tree: { type: object, default: { depth: 2 } }
`;

const typedConfig = `
import * as pulumi from "@pulumi/pulumi";
const config = new pulumi.Config();
enum Kind { Real = "real" }
export const kind = Kind.Real satisfies string;
export const count = config.requireNumber("count");
export const enabled = config.requireBoolean("enabled");
export const names = config.requireObject<string[]>("names");
export const depth = config.requireObject<{ depth: number }>("tree").depth;
export const password = config.requireSecret("password");
export const node = process.versions.node;
export const where = process.cwd();
export const organization = pulumi.getOrganization();
export const dryRun = pulumi.runtime.isDryRun();
console.log("printed on stdout");
console.error("printed on stderr");
`;

describe("a program", () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.create({ "Pulumi.yaml": PROJECT, "stacks/index.ts": typedConfig });
    await project.expect("config", "set", "count", "7");
    await project.expect("config", "set", "--secret", "password", "hunter2");
  }, 300_000);
  afterAll(() => project.remove());

  test("is previewed, updated, found unchanged and destroyed", async () => {
    const preview = await project.expect("preview");
    expect(preview).toContain("+ 1 to create");
    const up = await project.up();
    expect(up).toMatchObject({ code: 0 });
    expect(up.output).toContain("printed on stdout");
    expect(up.output).toContain("printed on stderr");
    expect(up.output).not.toContain("warning");
    await project.expect("preview", "--expect-no-changes");
    expect(await project.outputs()).toEqual({
      kind: "real",
      count: 7,
      enabled: true,
      names: ["a", "b"],
      depth: 2,
      password: "hunter2",
      node: expect.stringMatching(/^22\./) as unknown,
      where: project.path("stacks"),
      organization: "organization",
      dryRun: false,
    });
    expect(await project.expect("stack", "output")).not.toContain("hunter2");
    await project.expect("destroy", "--yes", "--skip-preview");
    expect(await project.outputs()).toEqual({});
  }, 180_000);

  test("is refused a configuration value of another type than declared", async () => {
    await project.expect("config", "set", "count", "many");
    const { code, output } = await project.run("preview");
    await project.expect("config", "set", "count", "7");
    expect(code).not.toBe(0);
    expect(output).toContain("configuration key 'count' must be of type 'integer'");
  }, 180_000);

  test("that throws fails the update with its message and its place", async () => {
    project.write("stacks/index.ts", `throw new Error("lan: no such bridge");\n`);
    const { code, output } = await project.up();
    expect(code).not.toBe(0);
    expect(output).toContain("Error: lan: no such bridge");
    expect(output).toContain("stacks/index.ts:1");
  }, 180_000);

  test("that is not there is reported by its path", async () => {
    project.write("stacks/index.ts", `require("./missing");\n`);
    const { code, output } = await project.up();
    expect(code).not.toBe(0);
    expect(output).toContain("Cannot find module './missing'");
  }, 180_000);

  test("that ends with an exit code of its own reports the code", async () => {
    project.write("stacks/index.ts", `process.exit(7);\n`);
    const { code, output } = await project.up();
    expect(code).not.toBe(0);
    expect(output).toContain("Program exited with non-zero exit code: 7");
  }, 180_000);

  test("that is killed fails the update", async () => {
    project.write("stacks/index.ts", `process.kill(process.pid, "SIGKILL");\n`);
    const { code, output } = await project.up();
    expect(code).not.toBe(0);
    expect(output).toContain("Program exited unexpectedly: signal: killed");
  }, 180_000);

  describe("that hangs", () => {
    beforeEach(() => {
      rmSync(project.path("pid"), { force: true });
      project.write(
        "stacks/index.ts",
        `import { writeFileSync } from "node:fs";
         writeFileSync(${JSON.stringify(project.path("pid"))}, String(process.pid));
         process.on("SIGINT", () => undefined);
         setInterval(() => undefined, 1000);\n`,
      );
    });

    test("ends when the update is interrupted", async () => {
      const { child, result } = project.start("preview");
      const pid = await programPid(project);
      child.kill("SIGINT");
      await sleep(500);
      child.kill("SIGINT");
      expect((await result).code).not.toBe(0);
      expect(await ended(pid)).toBe(true);
    }, 180_000);

    test("ends when the engine is killed", async () => {
      const { child, result } = project.start("preview");
      const pid = await programPid(project);
      child.kill("SIGKILL");
      await result;
      expect(await ended(pid)).toBe(true);
    }, 180_000);
  });
});

async function programPid(project: Project): Promise<number> {
  const file = project.path("pid");
  for (let tries = 0; tries < 200 && !existsSync(file); tries += 1) await sleep(100);
  await sleep(100);
  return Number(readFileSync(file, "utf8"));
}

async function ended(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 250; tries += 1) {
    if (!existsSync(`/proc/${String(pid)}`)) return true;
    await sleep(100);
  }
  process.kill(pid, "SIGKILL");
  return false;
}
