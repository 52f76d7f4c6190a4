import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "../../lab/host/command";
import { hostExec, labDown, labUp, secondUp } from "../../lab/host/host";
import { inNetns, labNetns } from "../../lab/host/netns";
import { HOST, type LabNode, rootOf, SECOND } from "../../lab/host/nodes";
import { until } from "../../lab/host/process";
import { netnsOf } from "../../lab/host/segments";
import { aSecondAfter, leads, NOTHING } from "./guest-routes";
import { ECHO, HeldConnection } from "./held-connection";
import { hostSnapshot } from "./host-snapshot";
import { lostDuring } from "./lost-packets";
import { APP, HOST as ON_LAN, inVm, NEIGHBOUR, VM } from "./routed-host";
import { LabStack } from "./stack";

const MINUTE = 60_000;
const LED = leads("tap100i0");

/** The second node's place in the networks, in the words of the first one's. */
const asSecond = (text: string) =>
  text
    .replaceAll("10.99.0.2", SECOND.address)
    .replaceAll("203.0.113.10/", "203.0.113.11/")
    .replaceAll("10.254.254.254/", "10.254.254.253/")
    .replaceAll("2001:db8:113::10/", "2001:db8:113::11/");

const UPLINKS = [
  { name: "vmbr0", addresses: ["10.99.0.2/24"], proxy: "none" },
  {
    name: "enp1s0f0",
    addresses: ["203.0.113.10/24", "10.254.254.254/24", "2001:db8:113::10/64"],
  },
];

let first: LabStack;
let second: LabStack;
let before: string[];
let boot: string;

const snapshots = () => Promise.all([HOST, SECOND].map((node) => hostSnapshot(node)));

const onNode = (node: LabNode, script: string) => hostExec(script, { timeoutMs: MINUTE }, node);

/** What a script says in the guest, once its agent answers. */
async function inGuest(node: LabNode, script: string): Promise<string> {
  const answering = `until said=$(${inVm(script)}) && [ -n "$said" ]; do sleep 1; done; echo "$said"`;
  return (await hostExec(answering, { timeoutMs: 3 * MINUTE }, node)).stdout.trim();
}

/** What tells one run of the guest from another. */
const bootOf = (node: LabNode) => inGuest(node, "cat /proc/sys/kernel/random/boot_id");

/** What the guest's neighbour believes to be its place. */
const known = async () => {
  const show = (family: number, address: string) =>
    run(inNetns(netnsOf("wan"), ["ip", `-${family}`, "neighbour", "show", address]));
  const [four, six] = APP;
  const told = await Promise.all([show(4, four), show(6, six)]);
  return told.map(({ stdout }) => /lladdr (\S+)/.exec(stdout)?.[1]);
};

const macOf = (node: LabNode) => node.ports.find(({ segment }) => segment === "wan")?.mac;

/** Migrate the guest live; what each node has of it a second after the task's end. */
async function migrate(from: LabNode, to: LabNode): Promise<[string, string]> {
  const done = onNode(from, `qm migrate 100 ${to.name} --online`).then(({ code, stderr }) => {
    if (code !== 0) throw new Error(stderr);
  });
  return Promise.all([aSecondAfter(done, APP, NOTHING, from), aSecondAfter(done, APP, LED, to)]);
}

beforeAll(async () => {
  await labDown();
  await labUp();
  await secondUp();
  await onNode(HOST, ON_LAN);
  await onNode(SECOND, asSecond(ON_LAN));
  await run(inNetns(netnsOf("wan"), ["ip", "address", "add", `${NEIGHBOUR}/24`, "dev", "eth0"]));
  before = await snapshots();
  [first, second] = [await LabStack.create("lab-routed"), await LabStack.create("lab-routed")];
  for (const stack of [first, second]) {
    stack.set(["proxmox-router:guests"], [{ name: "app", vmId: 100, mac: "bc:24:11:00:01:00" }]);
    stack.set(["proxmox-router:detectDrift"], true);
  }
  second.set(["proxmoxve:endpoint"], `https://${SECOND.address}:8006/`);
  second.set(["proxmox-router:node", "name"], SECOND.name);
  second.set(["proxmox-router:node", "address"], SECOND.address);
  second.set(["proxmox-router:uplinks"], JSON.parse(asSecond(JSON.stringify(UPLINKS))));
}, 20 * MINUTE);

afterAll(async () => {
  for (const stack of [first, second]) stack.remove();
  await labDown();
}, 2 * MINUTE);

test(
  "two nodes declare one guest, and the one that has it leads to it, although that runs already",
  async () => {
    expect(await first.up()).toMatchObject({ status: 0 });
    const made = await onNode(HOST, VM.replace("--name", "--full --storage shared --name"));
    expect(made).toMatchObject({ code: 0 });
    expect(await second.up()).toMatchObject({ status: 0 });

    expect(await aSecondAfter(Promise.resolve(), APP, LED)).toMatch(LED);
    expect(await aSecondAfter(Promise.resolve(), APP, NOTHING, SECOND)).toBe("");
    boot = await bootOf(HOST);
    expect(boot).toMatch(/^[0-9a-f-]{36}$/);
  },
  6 * MINUTE,
);

test(
  "packets follow a guest that is migrated live, and so does a connection",
  async () => {
    const program = Buffer.from(ECHO).toString("base64");
    await inGuest(
      HOST,
      `echo ${program} | base64 -d >/run/echo; systemd-run python3 /run/echo 443 2>/dev/null; echo begun`,
    );
    let connection: HeldConnection | undefined;
    for (let tries = 0; connection === undefined; tries += 1) {
      connection = await HeldConnection.open("wan", APP[0], 443).catch((error: unknown) => {
        if (tries === 20) throw error;
        return sleep(500, undefined);
      });
    }
    expect(await connection.echo("before")).toBe("before");
    let moved: ReturnType<typeof migrate> | undefined;

    const lost = await Promise.all(
      APP.map((address) =>
        lostDuring("wan", address, async () => {
          await (moved ??= migrate(HOST, SECOND));
          // Neighbours that were not told would go on sending to the old node for half a minute.
          await sleep(6_000);
        }),
      ),
    );

    expect(await moved).toEqual(["", expect.stringMatching(LED)]);
    // A switch-over takes a fraction of a second, on a machine that does nothing else.
    for (const count of lost) expect(count).toBeLessThan(300);
    expect(await connection.echo("after")).toBe("after");
    connection.close();
    expect(await bootOf(SECOND)).toBe(boot);
  },
  3 * MINUTE,
);

test(
  "it comes back the same way",
  async () => {
    expect(await migrate(SECOND, HOST)).toEqual(["", expect.stringMatching(LED)]);

    // Nothing goes to the guest now that would make its neighbour ask.
    await until(
      async () => (await known()).every((mac) => mac === macOf(HOST)),
      5_000,
      "its neighbour to be told",
    );
    expect(await bootOf(HOST)).toBe(boot);
  },
  2 * MINUTE,
);

test(
  "where the guest runs is nothing that either stack would change",
  async () => {
    expect(await Promise.all([first.plan(), second.plan()])).toEqual([[], []]);
  },
  2 * MINUTE,
);

test(
  "destroy leaves both nodes as they were",
  async () => {
    const runs = await Promise.all([first.destroy(), second.destroy()]);
    expect(runs).toMatchObject([{ status: 0 }, { status: 0 }]);
    await hostExec("qm stop 100; qm destroy 100");

    expect(await snapshots()).toEqual(before);
  },
  3 * MINUTE,
);

test(
  "the second node goes with the lab",
  async () => {
    expect(labNetns()).toContain(SECOND.netns);

    await labDown();

    expect([labNetns(), existsSync(SECOND.directory)]).toEqual([[], false]);
    expect(readFileSync("/proc/mounts", "utf8")).not.toContain(rootOf(SECOND));
  },
  MINUTE,
);
