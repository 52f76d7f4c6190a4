// Needs root: the real engine looks at a machine in namespaces.
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { Machine } from "../agent/machine";
import { supervise } from "../agent/supervise";
import { Project } from "../engine/project";
import { installSshd } from "../engine/sshd";

const MINUTE = 60_000;
const root = resolve(__dirname, "../..");
const PROGRAM = `
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Firewall } from ${JSON.stringify(`${root}/components`)};
const { connection, detectDrift } = JSON.parse(readFileSync("args.json", "utf8"));
new Firewall("edge", {
  connection: pulumi.secret(connection),
  confirmTimeout: 30,
  detectDrift,
  policy: {
    management: { interface: "eth0" },
    zones: [{ name: "lan", interfaces: ["lan0"] }],
    flows: [{ from: "lan", to: "router", services: ["dns"] }],
  },
});
`;

let machine: Machine;
let project: Project;

beforeAll(async () => {
  installSshd();
  machine = await Machine.start();
  await supervise(machine);
  project = await Project.create({
    "Pulumi.yaml": "name: engine-test\nruntime: nodejs\nmain: index.ts\n",
    "index.ts": PROGRAM,
  });
  declare(machine.address);
  expect(await up()).toMatchObject({ code: 0 });
}, 5 * MINUTE);

afterAll(async () => {
  project.remove();
  await machine.stop();
});

function declare(host: string): void {
  const connection = { ...machine.connection, host };
  project.write("args.json", JSON.stringify({ connection, detectDrift: true }));
}

const up = () => project.run("up", "--yes", "--skip-preview");
const preview = (...flags: string[]) => project.run("preview", ...flags);

/** The command line's word on the stack. */
const drift = (...flags: string[]) =>
  new Promise<{ status: number; stdout: string; stderr: string }>((done) => {
    const argv = ["--import", "tsx", `${root}/cli/main.ts`, "drift", "test", ...flags];
    const options = { cwd: project.directory, env: { ...process.env, ...project.env } };
    execFile(process.execPath, argv, options, (error, stdout, stderr) =>
      done({ status: Number(error?.code ?? 0), stdout, stderr }),
    );
  });

test(
  "where nothing differs a preview shows no change, and the command line says so",
  async () => {
    expect(await preview("--expect-no-changes")).toMatchObject({ code: 0 });
    expect(await drift()).toEqual({ status: 0, stdout: "1 looked at, 0 differ\n", stderr: "" });
  },
  MINUTE,
);

test(
  "what somebody has changed is named, shown as a change, and put right once",
  async () => {
    const edit = "nft add rule inet proxmox_router input drop";
    for (const generation of [2, 3]) {
      await machine.exec(edit);

      expect(await drift()).toEqual({
        status: 2,
        stdout: expect.stringMatching(
          /^[\d.]+:22\n {2}edge-filter: nft: table inet proxmox_router differs: .*found "drop"/,
        ) as string,
        stderr: "",
      });
      expect(JSON.parse((await drift("--json")).stdout)).toMatchObject({
        machines: [{ slices: ["edge-filter"], differences: [{ slice: "edge-filter" }] }],
      });
      const { code, output } = await preview("--expect-no-changes");
      expect(code).not.toBe(0);
      expect(output).toContain("edge-filter has drifted: nft: table inet proxmox_router differs");

      expect(await up()).toMatchObject({ code: 0 });

      expect(
        (await machine.exec("sh /usr/local/lib/proxmox-router/agent status")).stdout,
      ).toContain(`confirmed edge-filter ${generation} `);
      expect(await preview("--expect-no-changes")).toMatchObject({ code: 0 });
    }
  },
  3 * MINUTE,
);

test(
  "a machine that does not answer is a warning",
  async () => {
    await machine.exec("ip link set eth0 down");

    expect(await drift()).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^warning: [\d.]+:22 was not looked at: /) as string,
    });
    const { code, output } = await preview("--expect-no-changes");
    expect([code, output]).toEqual([0, expect.stringContaining("was not looked at for drift")]);

    await machine.exec("ip link set eth0 up");
  },
  MINUTE,
);

test(
  "a wrong call shows the usage",
  async () => {
    const argv = ["--import", "tsx", `${root}/cli/main.ts`, "mend"];
    const stderr = await new Promise((done) =>
      execFile(process.execPath, argv, { cwd: root }, (_, __, text) => done(text)),
    );

    expect(stderr).toMatch(/^Usage: proxmox-router drift <stack> \[--json\]/);
  },
  MINUTE,
);
