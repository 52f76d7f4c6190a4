// Needs root: machines made of namespaces, with a real sshd.
import type { Operation } from "../../agent/bundle";
import { CARD, card, FAKE_CARD, guest, make, PF, PLAIN, SLOT, vf, vfs } from "./fake-card";
import { Machine, until } from "./machine";
import { Change } from "./slices";
import { ask } from "./world";

const AGENT = "/usr/local/lib/proxmox-router/agent";

let machine: Machine;

beforeEach(async () => {
  machine = await Machine.start({ boot: FAKE_CARD, inMemory: true });
});
afterEach(() => machine.stop());

const begin = (...operations: Operation[]) => new Change(machine, operations).begin();

test("virtual functions that nobody uses give way where a reset is allowed, and come back", async () => {
  await machine.exec(`${make(3)}; ip link set dev enp1s0 vf 2 vlan 9 qos 0`);
  const [first, more] = [
    new Change(machine, [vfs(3), vf(0, { vlan: 5 })]),
    vfs(4, { reset: true }),
  ];
  await first.keep();

  const second = new Change(machine, [more, vf(3, { vlan: 6 })]);
  expect(await second.begin()).toMatchObject({ code: 0, stderr: "" });
  expect(await card(machine)).toEqual(["4", PLAIN, PLAIN, PLAIN, PLAIN.replace(" 0", " 6")]);
  await second.abort();

  expect(await card(machine)).toEqual(["3", PLAIN.replace(" 0", " 5"), PLAIN, PLAIN]);
});

test("virtual functions that a guest has come to use stay when the change is taken back", async () => {
  const change = new Change(machine, [vfs(2)]);
  await change.begin();
  await machine.exec(guest("hostpci0: 01:10"));

  expect((await change.abort()).code).toBe(0);
  expect(await card(machine)).toEqual(["2", PLAIN, PLAIN]);
});

test("one slice has a card, however it is called", async () => {
  await new Change(machine, [vfs(2)], "first").keep();
  const { stderr } = await begin({ kind: "vfs", card: SLOT, count: 2 });

  expect(stderr).toBe(`card ${SLOT} is of slice first: one slice has a card\n`);
});

test("a card that was renamed, given another address and moved to another slot is found", async () => {
  await machine.exec(
    [
      "ip link set dev enp1s0 address 02:bb:00:00:00:09",
      "ip link set dev enp1s0 name lan7; echo lan7 >/run/card/name; cd /sys/class/net",
      `mv enp1s0 lan7; mv ${PF}/net/enp1s0 ${PF}/net/lan7`,
      `rm lan7/device lan7/carrier; mv ${PF} /sys/bus/pci/devices/0000:05:00.0`,
      "ln -s /sys/bus/pci/devices/0000:05:00.0 lan7/device",
      // What took its name and its address is not it.
      "ip link add enp1s0 type bridge; ip link set enp1s0 address 02:aa:00:00:00:01",
      "ln -s /sys/devices/virtual/net/enp1s0 enp1s0",
    ].join("; "),
  );

  const shouted = { card: CARD.toUpperCase() };
  const operations = [vfs(2), vf(1, { vlan: 8 })].map((one) => ({ ...one, ...shouted }));
  expect(await begin(...operations)).toMatchObject({ code: 0, stderr: "" });
  expect(
    await ask(machine, "cat /run/card/told /sys/bus/pci/devices/0000:05:00.0/sriov_numvfs"),
  ).toBe("link set dev lan7 vf 1 vlan 8 qos 0\n2");
});

test("a machine whose card is missing at boot boots without it, and says so", async () => {
  await new Change(machine, [
    vfs(2),
    vf(0, { vlan: 5 }),
    { kind: "sysctl", key: "net/ipv4/ip_forward", value: 1 },
  ]).keep();
  await machine.powerCut();
  await machine.powerOn();
  await machine.exec("rm -r /sys/class/net/enp1s0; echo 0 >/proc/sys/net/ipv4/ip_forward");

  const { code, stdout, stderr } = await machine.exec(`sh ${AGENT} restore`);
  expect([code, stdout, stderr]).toEqual([
    0,
    `card ${CARD}: expected, found none\n`,
    "slice net: not all of it is in force\n",
  ]);
  expect(await ask(machine, "cat /proc/sys/net/ipv4/ip_forward")).toBe("1");
  expect(await ask(machine, `sh ${AGENT} drift`)).toBe(`net: card ${CARD}: expected, found none`);
});

test("virtual functions that appear late are waited for", async () => {
  await machine.exec("echo later >/run/card/late");

  expect(await begin(vfs(2), vf(1, { vlan: 8 }))).toMatchObject({ code: 0, stderr: "" });
  expect(await card(machine)).toEqual(["2", PLAIN, PLAIN.replace(" 0", " 8")]);
});

test("virtual functions that never appear take the change back, but not sooner for the time they may take", async () => {
  await machine.exec(`echo never >/run/card/late; echo 64 >${PF}/sriov_totalvfs`);
  const said = begin(vfs(35));
  await until("the wait", async () => (await ask(machine, `cat ${PF}/sriov_numvfs`)) === "35");
  machine.advance(90);

  expect((await said).stderr).toContain(
    `rolled back: card ${CARD} (enp1s0): expected 35 virtual functions within 65 s, found 0;`,
  );
  expect(await card(machine)).toEqual(["0"]);
});
