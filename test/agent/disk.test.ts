// Needs root: machines made of namespaces, with a real sshd.
import { Machine, until } from "./machine";
import { Change, filter, status } from "./slices";
import { ask, world } from "./world";

const STATE = "/var/lib/proxmox-router";
const FILL = `dd if=/dev/zero of=${STATE}/filler bs=64k 2>/dev/null; dd if=/dev/zero of=${STATE}/filler.2 bs=1 count=65536 2>/dev/null`;

let machine: Machine;
let base: Change;
let before: Record<string, string>;
let port = 100;

/** A machine whose state is on a disk of its own, and which has one change behind it. */
beforeAll(async () => {
  machine = await Machine.start();
  await machine.exec(`mkdir -m 700 ${STATE}; mount -t tmpfs -o size=20m,mode=700 tmpfs ${STATE}`);
  base = new Change(machine, [filter("tcp dport 9 drop")]);
  await base.keep();
  before = await world(machine);
});
afterAll(() => machine.stop());
afterEach(async () => {
  await machine.exec(`mount -o remount,rw,nr_inodes=5000 ${STATE}; rm -rf ${STATE}/filler*`);
  // What the disk did not let go of then goes with the next change, whatever becomes of that.
  const mended = next();
  await mended.begin();
  await mended.abort();
  expect(await world(machine)).toEqual(before);
});

const next = () =>
  new Change(machine, [
    filter(`tcp dport ${++port} drop`),
    { kind: "sysctl", key: "net/ipv4/ip_forward", value: 1 },
  ]);
const ended = () => until("the end", async () => !("open" in (await status(machine))));
const inForce = async () => {
  expect(await ask(machine, "nft list ruleset | grep dport")).toBe("tcp dport 9 drop");
  expect(await ask(machine, "cat /proc/sys/net/ipv4/ip_forward")).toBe("0");
};

test("a disk that is nearly full takes no change", async () => {
  await machine.exec(`dd if=/dev/zero of=${STATE}/filler bs=1M count=8 2>/dev/null`);

  expect(await next().begin()).toEqual({
    code: 69,
    stdout: "",
    stderr: `less than 16 MiB free in ${STATE}: free some space\n`,
  });
});

test("a disk with few inodes left takes no change", async () => {
  await machine.exec(`mount -o remount,nr_inodes=900 ${STATE}`);

  expect(await next().begin()).toEqual({
    code: 69,
    stdout: "",
    stderr: `less than 1000 inodes free in ${STATE}: remove some files\n`,
  });
});

test("a disk that takes no writes takes no change", async () => {
  await machine.exec(`mount -o remount,ro ${STATE}`);
  const { code, stderr } = await next().begin();

  expect([code, stderr.trim().split("\n").at(-1)]).toEqual([69, `${STATE} can not be written to`]);
  await inForce();
});

test.each([
  ["fills up", FILL],
  ["has no inode left", `i=0; while : >${STATE}/filler.$i; do i=$((i + 1)); done 2>/dev/null`],
  ["takes no more writes", `mount -o remount,ro ${STATE}`],
])("a change whose disk %s before it is confirmed is taken back", async (_, script) => {
  const change = next();
  await change.begin();
  await machine.exec(script);
  machine.advance(121);
  await ended();

  await inForce();
  expect((await status(machine)).last).toBe(
    "net rolled back: no new SSH connection confirmed it within 120 s",
  );
});

test.each([
  ["is full", FILL],
  ["takes no writes", `mount -o remount,ro ${STATE}`],
])("a confirmation for which the disk %s is none", async (_, script) => {
  const change = next();
  await change.begin();
  await machine.exec(script);

  expect(await change.confirm()).toMatchObject({ code: expect.any(Number) as number, stdout: "" });
  await ended();
  await inForce();
  expect((await change.confirm()).code).toBe(79);
});
