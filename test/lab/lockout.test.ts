import { setTimeout as sleep } from "node:timers/promises";
import { hostExec, labDown, labUp } from "../../lab/host/host";
import { LabStack } from "./stack";

const MINUTE = 60_000;
/** What an update may take until its change is in force, on a busy machine. */
const APPLY = 3 * MINUTE;
const POOL = ["proxmox-router:lans", 1, "pool"];

let stack: LabStack;
let first: number;

beforeAll(async () => {
  await labDown();
  await labUp();
  stack = await LabStack.create();
  stack.set(["proxmox-router:confirmTimeout"], 30);
  expect(await stack.up()).toMatchObject({ status: 0 });
  first = await generation();
}, 20 * MINUTE);

afterAll(async () => {
  stack.remove();
  await labDown();
}, 2 * MINUTE);

/** Run a script in the guest over its hypervisor, whatever its network is like. */
async function inGuest(script: string): Promise<string> {
  const { stdout } = await hostExec(["qm", "guest", "exec", "100", "--", "sh", "-c", script]);
  try {
    return (JSON.parse(stdout) as { "out-data"?: string })["out-data"] ?? "";
  } catch {
    return "";
  }
}

const agent = (verb: string) =>
  inGuest(`for a in /run/proxmox-router/txn /usr/local/lib/proxmox-router; do
    for b in $a/agent.sh $a/agent; do [ -r $b ] && exec sh $b ${verb}; done; done`);
const APPLIED = /^open router-network \S+ APPLIED /m;
// An emulated guest takes a second and more to read the agent itself.
const state = async () => (await inGuest("cat /run/proxmox-router/txn/state")).trim();
const applied = async () => (await state()) === "APPLIED";
const generation = async () =>
  Number(/^confirmed router-network (\d+) /m.exec(await agent("status"))?.[1]);
const pool = () => inGuest("grep -h ^PoolSize /etc/systemd/network/20-lan.network");

async function until(
  what: string,
  condition: () => Promise<boolean>,
  limitMs = MINUTE,
): Promise<void> {
  for (const end = Date.now() + limitMs; !(await condition()); ) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}: ${await agent("status")}`);
    // The guest has little time as it is.
    await sleep(1000);
  }
}

const inForce = () => until("a change in force", applied, APPLY);

test(
  "a management address that nobody can reach is taken back, and the router answers, though its clock jumps",
  async () => {
    stack.set(["proxmox-router:management", "address"], "10.99.77.2/24");
    let seconds = 0;
    const jump = async () => {
      await inForce();
      const begun = Date.now();
      await inGuest("date -s '+1 day'");
      expect(await agent("status")).toMatch(APPLIED);
      await inGuest("date -s '-2 days'");
      await until("its end", async () => !(await applied()));
      seconds = (Date.now() - begun) / 1000;
      await inGuest("date -s '+1 day'");
    };

    const [{ status, text }] = await Promise.all([stack.up(), jump()]);

    expect(Math.abs(seconds - 30)).toBeLessThan(15);
    expect([status === 0, text]).toEqual([
      false,
      expect.stringMatching(
        /rolled back: no new SSH connection to .* within 30 s; the machine is at generation \d+ \(unchanged\)/,
      ),
    ]);
    stack.set(["proxmox-router:management", "address"], undefined);
    stack.set(POOL, { from: "192.168.100.50", to: "192.168.100.59" });
    expect(await stack.up()).toMatchObject({ status: 0 });
    expect([await generation(), await pool()]).toEqual([first + 1, "PoolSize=10\n"]);
  },
  6 * MINUTE,
);

test(
  "a restart of the guest in the window brings it up as it was, and pulumi says so",
  async () => {
    stack.set(POOL, { from: "192.168.100.50", to: "192.168.100.69" });

    const [{ status, text }] = await Promise.all([
      stack.up(),
      inForce().then(() => hostExec(["qm", "reset", "100"])),
    ]);

    expect([status === 0, text]).toEqual([
      false,
      expect.stringContaining("rolled back: the machine was restarted before it was confirmed"),
    ]);
    expect([await generation(), await pool()]).toEqual([first + 1, "PoolSize=10\n"]);
    expect(await stack.up()).toMatchObject({ status: 0 });
    expect([await generation(), await pool()]).toEqual([first + 2, "PoolSize=20\n"]);
  },
  8 * MINUTE,
);

test(
  "pulumi killed in the window: the router goes back, and the next update makes the change",
  async () => {
    stack.set(POOL, { from: "192.168.100.50", to: "192.168.100.79" });

    expect(await stack.upKilledWhen(applied, APPLY)).toBe(true);
    expect((await stack.cancel()).status).toBe(0);
    await until("its end", async () => (await state()) === "");
    expect(await agent("status")).not.toMatch(/^open /m);
    expect([await generation(), await pool()]).toEqual([first + 2, "PoolSize=20\n"]);

    expect(await stack.up()).toMatchObject({ status: 0 });
    expect([await generation(), await pool()]).toEqual([first + 3, "PoolSize=30\n"]);
  },
  6 * MINUTE,
);

test(
  "another host key in the window: nothing is confirmed, and the hypervisor takes the router back",
  async () => {
    stack.set(POOL, { from: "192.168.100.50", to: "192.168.100.89" });
    const rekey = `cd /etc/ssh && mkdir /run/keys && mv ssh_host_ed25519_key* /run/keys/ &&
      ssh-keygen -q -t ed25519 -N '' -f ssh_host_ed25519_key && systemctl restart ssh`;

    const [{ status, text }] = await Promise.all([
      stack.up(),
      inForce().then(() => inGuest(rekey)),
    ]);

    expect([status === 0, text]).toEqual([
      false,
      expect.stringMatching(
        /rolled back: no new SSH connection to .* within 30 s \(.*another host key than the one that is pinned.*; the machine is at generation \d+ \(unchanged\)/,
      ),
    ]);
    expect([await generation(), await pool()]).toEqual([first + 3, "PoolSize=30\n"]);
    await inGuest("mv -f /run/keys/* /etc/ssh/ && systemctl restart ssh");
    expect(await stack.up()).toMatchObject({ status: 0 });
    expect([await generation(), await pool()]).toEqual([first + 4, "PoolSize=40\n"]);
  },
  6 * MINUTE,
);
