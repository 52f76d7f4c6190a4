import { readFileSync, rmSync } from "node:fs";
import { Project } from "./project";
import { Sshd, freePort, installSshd, sshdPossible } from "./sshd";

const PROGRAM = `
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { remote } from "@pulumi/command";
const { secretStdin, ...args } = JSON.parse(readFileSync("args.json", "utf8"));
const stdin = secretStdin ? pulumi.secret(secretStdin) : args.stdin;
const job = new remote.Command("job", { ...args, stdin });
export const stdout = job.stdout;
export const stderr = job.stderr;
`;

(sshdPossible ? describe : describe.skip)("a remote command", () => {
  let sshd: Sshd;
  let project: Project;

  beforeAll(async () => {
    installSshd();
    sshd = await Sshd.start();
    project = await Project.create({
      "Pulumi.yaml": "name: engine-test\nruntime: nodejs\nmain: index.ts\n",
      "index.ts": PROGRAM,
    });
  }, 300_000);
  afterAll(() => {
    sshd.stop();
    project.remove();
  });
  afterEach(async () => {
    await project.expect("destroy", "--yes", "--skip-preview");
    rmSync(project.path("done"), { force: true });
  }, 180_000);

  const declare = (args: object) =>
    project.write("args.json", JSON.stringify({ connection: sshd.connection, ...args }));
  const note = (text: string) => `echo ${text} >> ${project.path("done")}`;
  const done = () => readFileSync(project.path("done"), "utf8").trim().split("\n");

  test("runs create once, with its stdin, and keeps the output without its last newline", async () => {
    const create = `${note("create")}; cat; echo; echo careful >&2`;
    declare({ create, stdin: "first line\n", logging: "none", addPreviousOutputInEnv: false });
    const preview = await project.expect("preview");
    expect(preview).toContain("+ 2 to create");
    expect(() => done()).toThrow("ENOENT");

    expect(await project.up()).toMatchObject({ code: 0 });
    expect(await project.outputs()).toEqual({ stdout: "first line\n", stderr: "careful" });
    await project.expect("preview", "--expect-no-changes");
    await project.up();
    expect(done()).toEqual(["create"]);
  }, 180_000);

  test("updates by its update command, else by create, and deletes with what it remembers", async () => {
    const first = { create: note("create"), delete: note("delete-one") };
    const before = sshd.logins;
    declare(first);
    await project.up();
    declare({ ...first, delete: note("delete-two") });
    expect((await project.up()).output).toContain("~ 1 updated");
    expect(done()).toEqual(["create", "create"]);
    declare({ ...first, delete: note("delete-two"), update: note("update") });
    await project.up();
    expect(done()).toEqual(["create", "create", "update"]);

    declare({ ...first, delete: note("never"), connection: { host: "192.0.2.1" } });
    await project.expect("destroy", "--yes", "--skip-preview");
    expect(done()).toEqual(["create", "create", "update", "delete-two"]);
    expect(sshd.logins - before).toBe(4);
  }, 180_000);

  test("is replaced when a trigger changes, old one last", async () => {
    const args = { create: note("create"), update: note("update"), delete: note("delete") };
    declare({ ...args, triggers: ["a"] });
    await project.up();
    declare({ ...args, triggers: ["b"] });
    expect((await project.up()).output).toContain("+-1 replaced");
    expect(done()).toEqual(["create", "create", "delete"]);
  }, 180_000);

  test("that fails reports the command, its exit status and all it printed", async () => {
    const create = "exec 2>&1; echo begun; echo broken >&2; exit 3";
    declare({ create, logging: "none" });
    const { code, output } = await project.up();
    expect(code).not.toBe(0);
    expect(output.replaceAll(/^ +/gm, "")).toContain(
      `error: Process exited with status 3: running "${create}":
begun
broken
`,
    );
  }, 180_000);

  test("refuses a server with another key than the one given", async () => {
    const hostKey = await otherKey();
    declare({ connection: { ...sshd.connection, hostKey }, create: note("create") });
    const { code, output } = await project.up();
    expect(code).not.toBe(0);
    expect(output).toContain(
      "after 0 failed attempts: ssh: handshake failed: ssh: host key mismatch",
    );
    expect(() => done()).toThrow("ENOENT");
  }, 180_000);

  test("refuses a host key that cannot be read", async () => {
    declare({ connection: { ...sshd.connection, hostKey: "nonsense" }, create: "true" });
    const { code, output } = await project.up();
    expect(code).not.toBe(0);
    expect(output).toContain("failed to parse host key: ssh: no key found");
  }, 180_000);

  test("gives up after the dials it was allowed, and says why the last failed", async () => {
    const port = await freePort();
    declare({ connection: { ...sshd.connection, port, dialErrorLimit: 2 }, create: "true" });
    const { code, output } = await project.up();
    expect(code).not.toBe(0);
    expect(output).toContain(
      `after 2 failed attempts: dial tcp 127.0.0.1:${String(port)}: connect: connection refused`,
    );
  }, 180_000);

  test("keeps a secret input secret, but not what it prints of it, as the original does", async () => {
    declare({ create: "wc -c", secretStdin: "hidden", logging: "none" });
    await project.up();
    const state = await project.expect("stack", "export");
    expect(state).not.toContain("hidden");
    expect(state).not.toContain("OPENSSH PRIVATE KEY");
    expect(JSON.parse(await project.expect("stack", "output", "--json"))).toMatchObject({
      stdout: "6",
    });
  }, 180_000);

  test("fails for a variable that the server does not accept", async () => {
    declare({ create: "true", environment: { COLOUR: "blue" } });
    const { code, output } = await project.up();
    expect(code).not.toBe(0);
    expect(output).toContain("Unable to set 'COLOUR'");
    expect(output).toContain('could not set environment variable "COLOUR": ssh: setenv failed');
  }, 180_000);

  test("fails on a logged line that would hang the original, and takes it unlogged", async () => {
    const create = "head -c 100000 /dev/zero | tr '\\\\0' x";
    declare({ create });
    const { code, output } = await project.up();
    expect(code).not.toBe(0);
    expect(output).toContain("it printed a line of more than 65536 bytes");
    declare({ create, logging: "none" });
    expect(await project.up()).toMatchObject({ code: 0 });
    expect((await project.outputs()).stdout).toHaveLength(100_000);
  }, 180_000);

  test("goes through a proxy, whose key is checked as well", async () => {
    const proxy = await Sshd.start("AllowTcpForwarding yes");
    try {
      const connection = { ...sshd.connection, proxy: proxy.connection };
      declare({ connection, create: note("create") });
      expect(await project.up()).toMatchObject({ code: 0 });
      expect(done()).toEqual(["create"]);
      expect(proxy.logins).toBe(1);

      const wrong = { ...connection, proxy: { ...proxy.connection, hostKey: sshd.hostKey } };
      declare({ connection: wrong, create: note("create") });
      const { code, output } = await project.up();
      expect(code).not.toBe(0);
      expect(output).toContain(
        "proxy: after 0 failed attempts: ssh: handshake failed: ssh: host key mismatch",
      );
    } finally {
      proxy.stop();
    }
  }, 180_000);
});

/** The public key of a server that is not the one under test. */
async function otherKey(): Promise<string> {
  const other = await Sshd.start();
  try {
    return other.hostKey;
  } finally {
    other.stop();
  }
}
