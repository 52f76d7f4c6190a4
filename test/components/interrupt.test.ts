// Needs root: the real engine changes a machine in namespaces, behind an SSH server of this one.
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Machine, until } from "../agent/machine";
import { status } from "../agent/slices";
import { supervise } from "../agent/supervise";
import { Project } from "../engine/project";

const MINUTE = 60_000;
const PROGRAM = `
import { readFileSync } from "node:fs";
import { Firewall } from ${JSON.stringify(resolve(__dirname, "../../components"))};
const { connection, ports } = JSON.parse(readFileSync("args.json", "utf8"));
const policy = { management: { interface: "eth0", ports }, zones: [], flows: [] };
new Firewall("edge", { connection, policy, confirmTimeout: 30, allowLockout: true });
`;

let machine: Machine;
let project: Project;

beforeAll(async () => {
  machine = await Machine.start();
  await supervise(machine);
  project = await Project.create({
    "Pulumi.yaml": "name: engine-test\nruntime: nodejs\nmain: index.ts\n",
    "index.ts": PROGRAM,
  });
  declare([22, 1000]);
  expect(await project.up()).toMatchObject({ code: 0 });
}, 5 * MINUTE);

afterAll(async () => {
  project.remove();
  await machine.stop();
});

const declare = (ports: number[]) => {
  project.write("args.json", JSON.stringify({ connection: machine.connection, ports }));
};
const table = async () => (await machine.exec("nft list table inet proxmox_router")).stdout;
const open = async () => (await status(machine)).open ?? "";

test.each([
  ["once", 1, 1001],
  ["twice", 2, 1002],
])(
  "pulumi interrupted %s in the window ends, the machine goes back, and the next update is made",
  async (_, times, next) => {
    const before = await table();
    declare([2200]);
    const { child, result } = project.start("up", "--yes", "--skip-preview");
    while (!(await open()).includes(" APPLIED ")) await sleep(100);
    for (let i = 0; i < times; i += 1) {
      child.kill("SIGINT");
      await sleep(300);
    }

    expect((await result).code).not.toBe(0);
    expect(await open()).toContain(" APPLIED ");
    machine.advance(100);
    await until("the way back", async () => (await open()) === "");
    expect(await table()).toBe(before);

    // Two signals leave the lock of the state behind.
    await project.run("cancel", "--yes");
    declare([22, next]);
    expect(await project.up()).toMatchObject({ code: 0 });
    expect(await table()).toContain(String(next));
  },
  4 * MINUTE,
);
