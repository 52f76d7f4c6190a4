// Needs root: machines made of namespaces, with a real sshd.
import type { CommandResult } from "../../lab/host/command";
import { Machine, until } from "./machine";
import { Change, filter, status } from "./slices";
import { ask } from "./world";

const AGENT = "/usr/local/lib/proxmox-router/agent";

let machine: Machine;
let base: Change;

beforeAll(async () => {
  machine = await Machine.start();
  base = new Change(machine, [
    filter("tcp dport 9 drop"),
    { kind: "sysctl", key: "net/ipv4/ip_forward", value: 1 },
  ]);
  await base.keep();
});
afterAll(() => machine.stop());

const ended = () => until("the end", async () => !("open" in (await status(machine))));

/** Ask until sshd finds the time to answer. */
async function heard(ask: () => Promise<CommandResult>): Promise<CommandResult> {
  const answer = await ask();
  return answer.code === 255 ? heard(ask) : answer;
}

test.each([
  [
    "flushes the ruleset",
    "nft flush ruleset",
    'nft: table inet proxmox_router differs: expected "table inet proxmox_router {"',
  ],
  [
    "adds a rule to our table",
    "nft add rule inet proxmox_router in accept",
    'nft: table inet proxmox_router differs: found "accept"',
  ],
  [
    "flips a setting of ours",
    "echo 0 >/proc/sys/net/ipv4/ip_forward",
    "net/ipv4/ip_forward: expected 1, found 0",
  ],
])("a change is not kept if somebody %s before it is confirmed", async (_, script, difference) => {
  const change = new Change(machine, [
    filter("tcp dport 10 drop"),
    { kind: "sysctl", key: "net/ipv4/ip_forward", value: 1 },
  ]);
  await change.begin();
  await machine.exec(script);

  const { code, stderr } = await change.confirm();
  await ended();

  expect([code, stderr]).toEqual([
    79,
    expect.stringContaining(`changed by another hand before it was confirmed: ${difference}`),
  ]);
  expect(await ask(machine, "nft list ruleset | grep dport")).toBe("tcp dport 9 drop");
  expect(await ask(machine, "cat /proc/sys/net/ipv4/ip_forward")).toBe("1");
});

test("what another hand has changed stops the next change until it is repaired", async () => {
  await machine.exec("nft add rule inet proxmox_router in tcp dport 1 accept");

  expect(await base.begin()).toEqual({
    code: 77,
    stdout: "",
    stderr:
      'slice net was changed by another hand: nft: table inet proxmox_router differs: found "tcp dport 1 accept" \n',
  });
  expect(await base.begin("repair")).toMatchObject({ code: 0 });
  expect(await base.confirm()).toMatchObject({ code: 0 });
  expect(await machine.exec(`sh ${AGENT} drift`)).toMatchObject({ code: 0, stdout: "" });
});

test("of twenty changes at once one is let in, and the machine is at the one that says so", async () => {
  const changes = Array.from(
    { length: 20 },
    (_, i) => new Change(machine, [filter(`tcp dport ${100 + i} drop`)]),
  );
  const codes = (await Promise.all(changes.map((one) => heard(() => one.begin())))).map(
    ({ code }) => code,
  );

  expect(codes.filter((code) => code === 0)).toHaveLength(1);
  expect(codes.filter((code) => code !== 0 && code !== 75)).toEqual([]);

  const winner = changes[codes.indexOf(0)];
  const confirmed = await Promise.all(changes.map((one) => heard(() => one.confirm())));
  expect(confirmed.map(({ code }) => code)).toEqual(codes.map((code) => (code === 0 ? 0 : 79)));
  expect((await status(machine)).confirmed?.split(" ")[2]).toBe(winner?.target);
  expect(await machine.exec(`sh ${AGENT} drift`)).toMatchObject({ code: 0, stdout: "" });
}, 60_000);

test("an emergency takes the packet filter away, also in the middle of a change, until it is over", async () => {
  const rules = "nft list ruleset | grep -c dport";
  await new Change(machine, [filter("tcp dport 9 drop")]).begin();

  expect(await machine.exec(`sh ${AGENT} panic`)).toMatchObject({ code: 0 });
  expect(await ask(machine, rules)).toBe("0");
  expect(await status(machine)).toMatchObject({ panic: "" });
  await machine.powerCut();
  await machine.powerOn();
  expect(await ask(machine, rules)).toBe("0");

  await machine.exec(`sh ${AGENT} resume`);
  expect(await ask(machine, rules)).toBe("1");
});
