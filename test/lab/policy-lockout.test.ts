import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { askCall } from "../../agent/frame";
import { run } from "../../lab/host/command";
import { access, hostExec, labDown, labUp, powerCut } from "../../lab/host/host";
import { netnsLeader } from "../../lab/host/netns";
import { HOST_NETNS } from "../../lab/host/segments";
import { Project, type Result } from "../engine/project";

const MINUTE = 60_000;
const PROGRAM = `
import { readFileSync } from "node:fs";
import { Firewall } from ${JSON.stringify(resolve(__dirname, "../../components"))};
const { connection, policy } = JSON.parse(readFileSync("args.json", "utf8"));
new Firewall("edge", { connection, policy, confirmTimeout: 30, allowLockout: true });
`;

const zones = [{ name: "wan", interfaces: ["vmbr0"] }];
const open = (port: number) => ({
  management: { interface: "vmbr0", ports: [22, 8006, port] },
  zones: [],
  flows: [],
});
const SHUT = { ...open(22), management: { interface: "vmbr0", ports: [8006] } };
const STOLEN = {
  management: { interface: "eno9" },
  zones,
  flows: [{ from: "wan", to: "router" }],
  forwards: [{ name: "thief", from: "wan", protocol: "tcp", port: 22, address: "10.98.0.9" }],
};

let project: Project;

beforeAll(async () => {
  await labDown();
  await labUp();
  project = await Project.create({
    "Pulumi.yaml": "name: lockout\nruntime: nodejs\nmain: index.ts\n",
    "index.ts": PROGRAM,
  });
  expect(await up(open(1000))).toMatchObject({ code: 0 });
}, 20 * MINUTE);

afterAll(async () => {
  project.remove();
  await labDown();
}, 2 * MINUTE);

function declare(policy: object): void {
  const { host, privateKey, hostKey } = access();
  project.write("args.json", JSON.stringify({ connection: { host, privateKey, hostKey }, policy }));
}

function up(policy: object): Promise<Result> {
  declare(policy);
  return project.up();
}

/** Run a script at the host's console: it answers when the network does not. */
async function atConsole(script: string): Promise<string> {
  const leader = String(netnsLeader(HOST_NETNS));
  const { stdout } = await run(["nsenter", "-t", leader, "-a", "--", "/bin/sh", "-c", script]);
  return stdout.trim();
}

const status = () => atConsole(askCall("status").command);
const applied = async () => /^open edge-filter \S+ APPLIED /m.test(await status());
const generation = async () => Number(/^confirmed edge-filter (\d+) /m.exec(await status())?.[1]);
const ruleset = () => atConsole("nft -s list table inet proxmox_router");
const reached = async () => (await hostExec("true")).code === 0;

async function whenApplied<T>(action: () => Promise<T>): Promise<T | undefined> {
  for (const end = Date.now() + MINUTE; Date.now() < end; ) {
    if (await applied()) return action();
    await sleep(500);
  }
  return undefined;
}

test.each([
  ["rules that refuse new connections", SHUT],
  ["a forward that steals the port", STOLEN],
])(
  "%s are taken back, tried again by the next update, and made good by the one after",
  async (_, policy) => {
    const [number, before] = [await generation(), await ruleset()];
    const unchanged = `the machine is at generation ${number} (unchanged)`;

    const [{ code, output }, inWindow] = await Promise.all([up(policy), whenApplied(reached)]);

    expect([code === 0, inWindow, output]).toEqual([
      false,
      false,
      expect.stringMatching(
        /rolled back: no new SSH connection to 10\.99\.0\.2:22 succeeded within 30 s/,
      ),
    ]);
    expect(output).toContain(unchanged);
    expect([await reached(), await generation(), await ruleset()]).toEqual([true, number, before]);

    const [again] = await Promise.all([
      up(policy),
      whenApplied(() => atConsole("sh /usr/local/lib/proxmox-router/agent rollback")),
    ]);
    expect([again.code === 0, again.output]).toEqual([false, expect.stringContaining(unchanged)]);
    expect(again.output).toContain("rolled back: taken back by hand");

    expect(await up(open(1000 + number))).toMatchObject({ code: 0 });
    expect([await reached(), await generation()]).toEqual([true, number + 1]);
  },
  4 * MINUTE,
);

test(
  "a power cut of the host in the window boots it as it was, and the next update makes the change",
  async () => {
    const [number, before] = [await generation(), await ruleset()];

    const [{ code, output }] = await Promise.all([up(SHUT), whenApplied(powerCut)]);

    expect([code === 0, output]).toEqual([
      false,
      expect.stringContaining(
        `rolled back: the machine was restarted before it was confirmed; the machine is at generation ${number} (unchanged)`,
      ),
    ]);
    expect([await reached(), await generation(), await ruleset()]).toEqual([true, number, before]);
    expect(await up(open(2000))).toMatchObject({ code: 0 });
    expect([await generation(), await ruleset()]).toEqual([
      number + 1,
      expect.stringContaining("2000"),
    ]);
  },
  4 * MINUTE,
);
