// Needs root: machines made of namespaces, with a real sshd.
import { confirmRemovalCall, removeCall } from "../../agent/frame";
import { CARD, card, FAKE_CARD, PF, vf, vfs } from "./fake-card";
import { Machine } from "./machine";
import { Change } from "./slices";
import { mutations } from "./trace";
import { ask } from "./world";

const AGENT = "/usr/local/lib/proxmox-router/agent";

const ONE = [
  vfs(2),
  vf(0, { mac: "02:00:00:00:00:01" }),
  vf(0, { vlan: 100, qos: 3 }),
  vf(1, { trust: "on" }),
  vf(1, { spoofchk: "off" }),
  vf(1, { max_tx_rate: 100 }),
];
const ONE_SHOWN = [
  "2",
  "02:00:00:00:00:01 100 3 off on auto 0 0",
  "00:00:00:00:00:00 0 0 on off auto 100 0",
];

const TWO = [vfs(2), vf(0, { vlan: 200 }), vf(1, { trust: "on" })];
const TWO_SHOWN = [
  "2",
  "00:00:00:00:00:00 200 0 off on auto 0 0",
  "00:00:00:00:00:00 0 0 on on auto 0 0",
];

let machine: Machine;

describe.each(["dash", "busybox", "bash"] as const)("on a machine whose shell is %s", (shell) => {
  beforeAll(async () => {
    machine = await Machine.start({ shell, boot: FAKE_CARD, inMemory: true });
  });
  afterAll(() => machine.stop());

  test("a card has the virtual functions that it is told to have, and they what they are told", async () => {
    const first = new Change(machine, ONE);

    expect(await first.begin()).toMatchObject({ code: 0, stderr: "" });
    expect(await card(machine)).toEqual(ONE_SHOWN);
    expect(await first.confirm()).toMatchObject({ code: 0, stderr: "" });
    expect(await machine.exec(`sh ${AGENT} drift`)).toMatchObject({ code: 0, stdout: "" });
  });

  test("a restart brings them back", async () => {
    await machine.powerCut();
    await machine.powerOn();

    expect(await card(machine)).toEqual(ONE_SHOWN);
  });
});

describe("on any machine", () => {
  beforeAll(async () => {
    machine = await Machine.start({ boot: FAKE_CARD, inMemory: true });
    await new Change(machine, ONE).keep();
  });
  afterAll(() => machine.stop());

  test("what is confirmed replaces what was before, and what is not leaves it", async () => {
    const second = new Change(machine, TWO);

    await second.begin();
    await second.abort();
    expect(await card(machine)).toEqual(ONE_SHOWN);

    await second.keep();
    expect(await card(machine)).toEqual(TWO_SHOWN);
    // Nor was it for a moment what it was before any of them.
    expect(await ask(machine, "grep 'vlan 0' /run/card/told")).toBe("");
  });

  test("another number of them is refused before anything is changed", async () => {
    expect((await new Change(machine, [vfs(3)]).begin()).code).toBe(76);
  });

  test("a second begin of what is confirmed makes no call that could change anything", async () => {
    const again = new Change(machine, TWO);
    let answer = {};

    expect(await mutations(machine, async () => (answer = await again.begin()))).toEqual([]);
    expect(answer).toEqual({ code: 0, stdout: `UNCHANGED 2 ${again.target}\n`, stderr: "" });
  });

  test.each([
    [
      "a setting changed",
      "ip link set dev enp1s0 vf 0 vlan 7 qos 0",
      `card ${CARD} vf 0: expected vlan 200 qos 0, found 7 qos 0`,
    ],
    ["the card set down", "ip link set dev enp1s0 down", `card ${CARD}: expected up, found down`],
    [
      "the virtual functions taken away",
      `echo 0 | tee ${PF}/sriov_numvfs`,
      `card ${CARD}: expected 2 virtual functions, found 0`,
    ],
  ])("%s is reported, and put right", async (_, script, report) => {
    await machine.exec(script);
    expect((await ask(machine, `sh ${AGENT} drift`)).split("\n")[0]).toBe(`net: ${report}`);

    await machine.exec(`sh ${AGENT} restore`);
    expect(await card(machine)).toEqual(TWO_SHOWN);
    expect(await ask(machine, `sh ${AGENT} drift`)).toBe("");
  });

  test("a setting that the driver refuses takes the change back, unless it is optional", async () => {
    await machine.exec("echo state >/run/card/refuses");
    const state = { state: "enable" } as const;

    expect((await new Change(machine, [...TWO, vf(0, state)]).begin()).stderr).toContain(
      `rolled back: card ${CARD} vf 0: the driver refuses state enable: RTNETLINK answers: Operation not supported; `,
    );
    expect(await card(machine)).toEqual(TWO_SHOWN);

    await new Change(machine, [...TWO, vf(0, state, true)]).keep();
    expect(await ask(machine, `sh ${AGENT} drift`)).toBe("");
    await new Change(machine, TWO).keep();
  });

  test("drivers of the host stay off the virtual functions of guests", async () => {
    const drivers = `for one in ${PF}/virtfn*; do cat $one/driver_override; readlink $one/driver; done; cat ${PF}/sriov_drivers_autoprobe`;
    const [, ...settings] = TWO;

    expect(
      (await new Change(machine, [vfs(2, { guests: true }), ...settings]).begin()).stderr,
    ).toBe(
      `card ${CARD} (enp1s0) has 2 virtual functions already, with the driver igbvf; expected 2: allow a reset, which takes them away first\n`,
    );

    await new Change(machine, [vfs(2, { guests: true, reset: true }), ...settings]).keep();
    expect(await ask(machine, drivers)).toBe("vfio-pci\nvfio-pci\n1");
    expect(await card(machine)).toEqual(TWO_SHOWN);
  });

  test("a removal takes them away, and the card down that was not up", async () => {
    await remove(machine);

    expect(await card(machine)).toEqual(["0"]);
    expect(await ask(machine, "ip -br link show dev enp1s0 | grep -o DOWN")).toBe("DOWN");
    expect(await ask(machine, "ls -d /var/lib/proxmox-router")).toBe("");
  });
});

async function remove(machine: Machine): Promise<void> {
  for (const { command, stdin } of [removeCall("net"), confirmRemovalCall("net")])
    expect(await machine.ssh(command, stdin)).toMatchObject({ code: 0 });
}
