// Needs root: machines made of namespaces, with a real sshd.
import type { Operation } from "../../agent/bundle";
import { killAt, killed, killer } from "./hooks";
import { Machine, until } from "./machine";
import { Change, filter, status } from "./slices";
import { world } from "./world";

const operations = (version: 1 | 2): Operation[] => [
  { kind: "link", name: `br${version}`, type: "bridge" },
  { kind: "address", device: `br${version}`, address: "10.9.0.1/24" },
  { kind: "route", device: `br${version}`, destination: `10.${version}.0.0/16` },
  { kind: "sysctl", key: `net/ipv4/conf/br${version}/proxy_arp`, value: 1 },
  { kind: "file", path: "/etc/demo/same.conf", text: `${version}\n` },
  { kind: "file", path: `/etc/demo/${version}.conf`, text: "only\n" },
  filter(`tcp dport ${8 + version} drop`),
];

const CUT_SHORT =
  "rolled back: the change was cut short; the machine is at generation 1 (unchanged)\n";

let machine: Machine;
let base: Change;
let target: Change;
let before: Record<string, string>;

beforeAll(async () => {
  machine = await Machine.start();
  base = new Change(machine, operations(1));
  target = new Change(machine, operations(2));
  await base.keep();
  before = await world(machine);
  await killer(machine);
});
afterAll(() => machine.stop());

const closed = () =>
  until(
    "the end",
    async () => (await machine.exec("! pgrep -f '[a]gent.sh (watch|respawn)'")).code === 0,
  );
const confirmed = async () => (await status(machine)).confirmed?.split(" ")[2];

/** Do something for each change that a verb makes, with that verb killed before it. */
async function forEachChange(verb: string, action: () => Promise<void>) {
  let n = 0;
  do {
    await closed();
    await killAt(machine, verb, ++n);
    await action();
  } while (await killed(machine));
  return n - 1;
}

test("a change that is killed, wherever, is taken back at once and completely", async () => {
  const changes = await forEachChange("apply", async () => {
    const { code, stderr } = await target.begin();
    // Once it is in force, there is nothing left to cut short.
    if (code === 0) await target.abort();
    else expect([code, stderr]).toEqual([80, CUT_SHORT]);
    expect(await world(machine)).toEqual(before);
  });

  expect(changes).toBeGreaterThan(10);
}, 120_000);

test.each([0, 1])(
  "a way back that is killed again and again, %i changes later each time, ends all the same",
  async (step) => {
    expect(await target.begin()).toMatchObject({ code: 0 });
    await killAt(machine, "watch", step === 0 ? 7 : 1, step === 0 ? 3 : 99, step);
    machine.advance(200);
    await closed();
    await killed(machine);

    expect(await world(machine)).toEqual(before);
  },
  60_000,
);

test("a confirmation that is killed, wherever, has happened or has not", async () => {
  const outcomes = new Set<string>();
  let [now, next] = [1, 2].map(
    (version) => new Change(machine, operations(version as 1 | 2).slice(4)),
  );
  await now?.keep();
  await forEachChange("confirm", async () => {
    expect(await next?.begin()).toMatchObject({ code: 0 });
    const answer = await next?.confirm();
    // Killed before it has decided anything, it leaves the matter to the deadline.
    machine.advance(200);
    await closed();

    const kept = (await confirmed()) === next?.target;
    expect(await machine.exec("sh /usr/local/lib/proxmox-router/agent drift")).toMatchObject({
      code: 0,
      stdout: "",
    });
    if (answer?.stdout.startsWith("COMMITTED")) expect(kept).toBe(true);
    outcomes.add(`${answer?.code === 0 ? "answered" : "killed"}, ${kept ? "kept" : "taken back"}`);
    if (kept) [now, next] = [next, now];
    expect(await confirmed()).toBe(now?.target);
  });

  expect([...outcomes].sort()).toEqual(["answered, kept", "killed, kept", "killed, taken back"]);
}, 120_000);
