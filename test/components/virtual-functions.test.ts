// Needs root: the real engine changes a machine in namespaces.
import { resolve } from "node:path";
import type { SriovFunction, SriovVfs } from "../../components";
import { CARD, card, FAKE_CARD, PF } from "../agent/fake-card";
import { Machine } from "../agent/machine";
import { supervise } from "../agent/supervise";
import { Project } from "../engine/project";

const MINUTE = 60_000;
const root = resolve(__dirname, "../..");
const PROGRAM = `
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { SriovVfSet } from ${JSON.stringify(`${root}/components`)};
const { node, ...set } = JSON.parse(readFileSync("args.json", "utf8"));
export const functions = new SriovVfSet("ports", { node, confirmTimeout: 30, ...set }).functions;
`;

let machine: Machine;
let project: Project;

beforeAll(async () => {
  machine = await Machine.start({ boot: FAKE_CARD, inMemory: true });
  await supervise(machine);
  project = await Project.create({
    "Pulumi.yaml": "name: engine-test\nruntime: nodejs\nmain: index.ts\n",
    "index.ts": PROGRAM,
  });
}, 5 * MINUTE);

afterAll(async () => {
  project.remove();
  await machine.stop();
});

/** Declare what the card has, for the host, and bring the machine there. */
async function up(set: Omit<SriovVfs, "card">, ...flags: string[]) {
  const { host: address, ...login } = machine.connection;
  const node = { name: "pve", address, ...login };
  project.write("args.json", JSON.stringify({ node, card: CARD, forGuests: false, ...set }));
  return project.run("up", "--yes", "--skip-preview", ...flags);
}

const wan = { name: "wan", mac: "02:00:00:00:00:01", vlan: 7 };
const functions = async () => (await project.outputs()).functions as SriovFunction[];

test(
  "functions are made and then looked up",
  async () => {
    expect(await up({ count: 2, vfs: [wan] })).toMatchObject({ code: 0 });

    const [count, first, second] = await card(machine);
    expect([count, first]).toEqual(["2", "02:00:00:00:00:01 7 0 off on auto 0 0"]);
    const derived = second?.split(" ")[0];
    expect(derived).toMatch(/^02:/);
    expect(await functions()).toEqual([
      { number: 0, name: "wan", address: "0000:01:10.0", mac: wan.mac },
      { number: 1, name: "vf1", address: "0000:01:10.2", mac: derived },
    ]);
  },
  3 * MINUTE,
);

test(
  "what has not changed costs no connection",
  async () => {
    await machine.exec("ip link set dev eth0 down");
    const { code, output } = await up({ count: 2, vfs: [wan] });
    await machine.exec("ip link set dev eth0 up");

    expect([code, output]).toEqual([0, expect.stringContaining("5 unchanged")]);
  },
  3 * MINUTE,
);

test(
  "functions that have another place are found there when they are looked up again",
  async () => {
    const moved = "/sys/bus/pci/devices/0000:02:10.0";
    await machine.exec(
      `mv /sys/bus/pci/devices/0000:01:10.0 ${moved}; ln -sfn ${moved} ${PF}/virtfn0`,
    );

    const { code, output } = await up({ count: 2, vfs: [wan] }, "--replace", "**ports-table");

    expect([code, output]).toEqual([0, expect.stringContaining("1 replaced")]);
    expect(await functions()).toMatchObject([{ address: "0000:02:10.0" }, { name: "vf1" }]);
  },
  3 * MINUTE,
);

test(
  "another number is refused, and made where a reset is allowed, and looked up again",
  async () => {
    const { code, output } = await up({ count: 1, vfs: [wan] });
    expect([code === 0, output]).toEqual([
      false,
      expect.stringContaining("virtual functions already; expected 1: allow a reset"),
    ]);

    expect(await up({ count: 1, vfs: [wan], allowVfReset: true })).toMatchObject({ code: 0 });
    expect(await functions()).toHaveLength(1);
    expect((await card(machine))[0]).toBe("1");
  },
  3 * MINUTE,
);

test(
  "a destruction takes them away",
  async () => {
    expect(await project.run("destroy", "--yes", "--skip-preview")).toMatchObject({ code: 0 });

    expect(await card(machine)).toEqual(["0"]);
    expect((await machine.exec(`cat ${PF}/sriov_numvfs; ls /var/lib/proxmox-router`)).stdout).toBe(
      "0\n",
    );
  },
  3 * MINUTE,
);
