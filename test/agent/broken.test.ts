// Needs root: machines made of namespaces, with a real sshd.
import { hook } from "./hooks";
import { Machine, until } from "./machine";
import { Change, filter, status } from "./slices";
import { world } from "./world";

const GONE = [
  { kind: "link", name: "br9", type: "bridge" } as const,
  { kind: "address", device: "nowhere", address: "10.9.0.1/24" } as const,
  filter("tcp dport 8 drop"),
];

let machine: Machine;
let base: Change;
let before: Record<string, string>;

beforeAll(async () => {
  machine = await Machine.start();
  base = new Change(machine, [filter("tcp dport 9 drop")]);
  await base.keep();
  before = await world(machine);
  await hook(machine, '[ "$1 $2 ${NAME-}" != "link delete " ] || [ -e /run/mended ] || exit 1', [
    "ip",
  ]);
});
afterAll(() => machine.stop());

test("a way back that can not be completed says so, goes as far as it can, and goes on trying", async () => {
  const { code, stderr } = await new Change(machine, GONE).begin();

  expect([code, stderr.trim().split("\n").at(-1)]).toEqual([
    70,
    'Cannot find device "nowhere"; failed: address nowhere 10.9.0.1/24; the way back is not complete: not all that was added could be taken away',
  ]);
  expect((await world(machine)).ruleset).toBe(before.ruleset);
  expect((await machine.ssh("true")).code).toBe(0);
  expect((await status(machine)).open).toContain("BROKEN");
  expect((await base.begin()).code).toBe(75);

  await machine.exec("touch /run/mended");
  await until("the end", async () => !("open" in (await status(machine))));
  expect(await world(machine)).toEqual(before);
  expect(await base.begin()).toMatchObject({ code: 0, stderr: "" });
});

test("what others have put on a link of ours is left, and the link with it", async () => {
  const change = new Change(machine, [
    { kind: "link", name: "br9", type: "bridge" },
    filter("tcp dport 8 drop"),
  ]);
  await change.begin();
  await machine.exec("ip link add veth9 type veth peer name veth8; ip link set veth9 master br9");
  const aborted = await change.abort();

  expect(aborted.stderr).toContain("link br9 has ports of others and is left: veth9 ");
  expect(aborted.stdout).toContain("rolled back: given up before it was confirmed");
  expect((await world(machine)).ruleset).toBe(before.ruleset);
  expect((await machine.exec("test -e /sys/class/net/br9/brif/veth9")).code).toBe(0);
});
