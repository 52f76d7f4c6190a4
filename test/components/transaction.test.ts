// Needs root: changes a machine in namespaces of its own.
import { setTimeout as sleep } from "node:timers/promises";
import type { Operation, Slice } from "../../agent/bundle";
import type { MachineTarget } from "../../components/begin";
import { changeMachine } from "../../components/transaction";
import { Machine } from "../agent/machine";
import { Change, filter, SHUT, status } from "../agent/slices";

const MINUTE = 60_000;
/** Rules that end the connections there are, which nobody has tracked yet, and let new ones in. */
const CUT: Operation = {
  kind: "nft",
  text: [
    "table inet proxmox_router",
    "delete table inet proxmox_router",
    "table inet proxmox_router {",
    "\tchain in {",
    "\t\ttype filter hook input priority 0; policy accept;",
    "\t\ttcp dport 22 tcp flags & (syn | ack) != syn ct state new drop",
    "\t}",
    "\tchain out {",
    "\t\ttype filter hook output priority 0; policy accept;",
    "\t\ttcp sport 22 ct state new drop",
    "\t}",
    "}",
    "",
  ].join("\n"),
};

let machine: Machine;

beforeEach(async () => {
  machine = await Machine.start();
}, MINUTE);
afterEach(() => machine.stop());

const slice = (operations: Operation[], change: Partial<Slice> = {}): Slice => ({
  id: "net",
  owner: "project/stack/net",
  confirmSeconds: 30,
  allowBareDeadman: true,
  operations,
  ...change,
});

const change = (operations: Operation[], also: Partial<Slice> = {}) =>
  changeMachine({ connection: machine.connection, slice: slice(operations, also) });

/** How a change ends: its error in words, or nothing. */
const words = async (changing: Promise<void>) => {
  try {
    await changing;
    return "";
  } catch (error) {
    return (error as Error).message.replaceAll(machine.address, "machine");
  }
};

/** Let the machine's time run out while new connections to it are tried in vain. */
async function expire(): Promise<void> {
  while (!(await status(machine)).open?.includes(" APPLIED ")) await sleep(100);
  await sleep(7000);
  machine.advance(100);
}

const address = (text: string): Operation => ({ kind: "address", device: "lo", address: text });

test("a change is kept, and found unchanged by the next run", async () => {
  await change([filter("tcp dport 23 drop")]);
  await change([filter("tcp dport 23 drop")]);

  expect((await status(machine)).confirmed).toMatch(/^net 1 [0-9a-f]{64}$/);
  expect(await status(machine)).not.toHaveProperty("open");
});

test(
  "a change after which nobody gets in is rolled back, and the right one is kept",
  async () => {
    await change([filter("tcp dport 23 drop")]);

    const [said] = await Promise.all([words(change([filter(...SHUT)])), expire()]);
    await change([filter("tcp dport 24 drop")]);

    expect(said).toMatch(
      /^rolled back: no new SSH connection to machine:22 succeeded within 30 s \(.+\); the machine is at generation 1 \(unchanged\)$/,
    );
    expect((await status(machine)).confirmed).toMatch(/^net 2 /);
  },
  2 * MINUTE,
);

test(
  "a change that cuts the connection it came over is confirmed over another",
  async () => {
    await change([CUT]);

    expect((await status(machine)).confirmed).toMatch(/^net 1 /);
  },
  2 * MINUTE,
);

test(
  "what moves addresses is confirmed after three greetings in a row",
  async () => {
    const begun = Date.now();
    await change([address("192.0.2.77/32")]);

    expect(Date.now() - begun).toBeGreaterThan(5000);
    expect((await machine.exec("ip -o address show dev lo")).stdout).toContain("192.0.2.77/32");
  },
  MINUTE,
);

test("changes of one machine take turns", async () => {
  await Promise.all([
    change([filter("tcp dport 23 drop")], { id: "one" }),
    change([{ kind: "sysctl", key: "net/ipv4/ip_forward", value: 1 }], { id: "two" }),
  ]);

  const { stdout } = await machine.exec("ls /var/lib/proxmox-router/slices/*/confirmed");
  expect(stdout.trim().split("\n")).toHaveLength(2);
});

test("what a killed run has left to be confirmed is confirmed", async () => {
  const operations = [filter("tcp dport 23 drop")];
  await new Change(machine, operations, "net", { confirmSeconds: 30 }).begin();

  await change(operations);

  expect((await status(machine)).confirmed).toMatch(/^net 1 /);
});

test("a ruleset that nft refuses changes nothing", async () => {
  expect(await words(change([filter("tcp dport 70000 drop")]))).toMatch(
    /^machine:22: nft refuses the new ruleset: .*; nothing was changed$/s,
  );
});

test("what cannot be applied is rolled back in the machine's words", async () => {
  const nowhere: Operation = { kind: "address", device: "absent0", address: "192.0.2.1/24" };

  expect(await words(change([nowhere]))).toMatch(
    /^rolled back: .*absent0.*; the machine is at generation 0 \(unchanged\)$/s,
  );
});

test("what another hand has changed is not overwritten, and the way out is told", async () => {
  await change([filter("tcp dport 23 drop")]);
  await machine.exec("nft flush chain inet proxmox_router in");

  const said = await words(change([filter("tcp dport 24 drop")]));

  expect(said).toMatch(/^machine:22: slice net was changed by another hand: /);
  expect(said).toMatch(/put it right there: sh .*agent restore; nothing was changed$/);
});

test("a slice of another stack is left alone", async () => {
  await change([filter("tcp dport 23 drop")]);

  expect(await words(change([filter()], { owner: "other/stack/net" }))).toBe(
    "machine:22: slice net is project/stack/net's: choose another name, or remove it there first; nothing was changed",
  );
});

test("a server with another host key is never talked to", async () => {
  const connection: MachineTarget = {
    ...machine.connection,
    hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICiTzn7mGAZ+LluSPntbgp2DJm035Y4UDwRj8lNIVD26",
  };

  expect(await words(changeMachine({ connection, slice: slice([filter()]) }))).toBe(
    "machine:22: it shows another host key than the one that is pinned",
  );
});
