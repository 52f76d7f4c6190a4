import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { Project } from "./project";
import { Sshd, installSshd, sshdPossible } from "./sshd";

const head = `
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { local, remote } from "@pulumi/command";
const args = JSON.parse(readFileSync("args.json", "utf8"));
`;
const yaml = "name: engine-test\nruntime: nodejs\nmain: index.ts\n";

(sshdPossible ? describe : describe.skip)("a copy to a remote machine", () => {
  let sshd: Sshd;
  let project: Project;

  beforeAll(async () => {
    installSshd();
    sshd = await Sshd.start();
    project = await Project.create({
      "Pulumi.yaml": yaml,
      "tree/deep/file": "deep",
      "index.ts": `${head}
        const { asset } = pulumi;
        const source = "text" in args ? new asset.StringAsset(args.text)
          : "file" in args ? new asset.FileAsset(args.file)
          : "url" in args ? new asset.RemoteAsset(args.url)
          : new asset.FileArchive(args.archive);
        const { connection, remotePath, triggers } = args;
        new remote.CopyToRemote("copy", { connection, remotePath, source, triggers });
      `,
    });
  }, 300_000);
  afterAll(() => {
    sshd.stop();
    project.remove();
  });

  const copy = async (args: object) => {
    project.write("args.json", JSON.stringify({ connection: sshd.connection, ...args }));
    return project.up();
  };
  const read = (name: string) => readFileSync(project.path(name), "utf8");

  test("makes the parents of a text, writes it anew when it changes, and leaves it there", async () => {
    const remotePath = project.path("far/away/note");
    expect(await copy({ text: "one", remotePath })).toMatchObject({ code: 0 });
    expect(read("far/away/note")).toBe("one");
    writeFileSync(remotePath, "touched");
    await copy({ text: "one", remotePath, connection: { ...sshd.connection, perDialTimeout: 9 } });
    expect(read("far/away/note")).toBe("touched");
    expect((await copy({ text: "two", remotePath })).output).toContain("~ 1 updated");
    expect(read("far/away/note")).toBe("two");
    writeFileSync(remotePath, "touched");
    const replaced = await copy({ text: "two", remotePath, triggers: [1] });
    expect(replaced.output).toContain("+-1 replaced");
    expect(read("far/away/note")).toBe("two");
    await project.expect("destroy", "--yes", "--skip-preview");
    expect(read("far/away/note")).toBe("two");
  }, 180_000);

  test("puts a file into a directory that exists, and a directory below it or in its place", async () => {
    mkdirSync(project.path("there"));
    const remotePath = project.path("there");
    expect(await copy({ file: project.path("args.json"), remotePath })).toMatchObject({ code: 0 });
    expect(read("there/args.json")).toContain("remotePath");
    expect(await copy({ archive: project.path("tree"), remotePath })).toMatchObject({ code: 0 });
    expect(read("there/tree/deep/file")).toBe("deep");
    const inPlace = { archive: `${project.path("tree")}/`, remotePath: project.path("new") };
    expect(await copy(inPlace)).toMatchObject({ code: 0 });
    expect(read("new/deep/file")).toBe("deep");
    expect(statSync(project.path("new")).isDirectory()).toBe(true);
  }, 180_000);

  test("refuses a text for a directory, and a source that is neither file nor text", async () => {
    mkdirSync(project.path("taken"));
    const remotePath = project.path("taken");
    expect((await copy({ text: "x", remotePath })).output).toContain(
      `remote path ${remotePath} is a directory; when using a text asset, remotePath must be a file`,
    );
    expect((await copy({ url: "file:///etc/hostname", remotePath })).output).toContain(
      "asset must be a path-based file asset or a text asset",
    );
  }, 180_000);
});

describe("a local command", () => {
  let project: Project;
  beforeAll(async () => {
    const program = `${head}
      const job = new local.Command("job", args);
      export const { stdout, stderr } = job;
      export const files = job.assets.apply((found) => Object.keys(found ?? {}).sort());
    `;
    project = await Project.create({ "Pulumi.yaml": yaml, "index.ts": program });
  }, 300_000);
  afterAll(() => project.remove());

  const up = async (args: object) => {
    project.write("args.json", JSON.stringify(args));
    return project.up();
  };

  test("runs in its directory with its variables, stdin and what was printed before", async () => {
    mkdirSync(project.path("work"));
    const args = {
      dir: project.path("work"),
      create: 'pwd; cat; echo "$NAME" >&2; touch a.conf b.conf c.txt',
      delete: 'echo "$PULUMI_COMMAND_STDERR" > ../deleted',
      environment: { NAME: "edge" },
      stdin: "in\n",
      assetPaths: ["*.conf", "!b*"],
    };
    expect(await up(args)).toMatchObject({ code: 0 });
    expect(await project.outputs()).toEqual({
      stdout: `${project.path("work")}\nin`,
      stderr: "edge",
      files: ["a.conf"],
    });
    await up({ ...args, update: "cat", interpreter: ["/bin/bash", "-c"] });
    expect(await project.outputs()).toMatchObject({ stdout: "in", stderr: "" });
    await up({ ...args, update: "echo moved >&2" });
    await project.expect("destroy", "--yes", "--skip-preview");
    expect(readFileSync(project.path("deleted"), "utf8")).toBe("moved\n");
  }, 180_000);

  test("that fails reports the command, its exit status and all it printed", async () => {
    const { code, output } = await up({ create: "exec 2>&1; echo begun; no-such-program" });
    expect(code).not.toBe(0);
    expect(output).toContain(
      'error: exit status 127: running "exec 2>&1; echo begun; no-such-program":',
    );
  }, 180_000);
});
