// Needs root: machines made of namespaces, with a real sshd.
import { parseCard } from "../../agent/pci-lookup";
import { CARD, guest, PF, SLOT } from "./fake-card";
import { FAKE_NODE, list, listed, lookUp, neighbour, OTHER, other, RESET } from "./fake-node";
import { Machine } from "./machine";
import { ask } from "./world";

let machine: Machine;

beforeAll(async () => {
  machine = await Machine.start({ boot: FAKE_NODE, inMemory: true });
});
beforeEach(() => machine.exec(RESET));
afterAll(() => machine.stop());

const IGB = { id: "8086:10c9", subsystemId: "8086:a03c" };

test.each([
  ["its PCI address", { card: SLOT }, SLOT],
  ["the address of the whole card", { card: "0000:01:00" }, "0000:01:00"],
  ["its permanent MAC", { card: CARD }, SLOT],
  ["its permanent MAC, as a whole", { card: CARD, whole: true }, "0000:01:00"],
])("a card is found by %s", async (_, wanted, path) => {
  const { code, stdout, stderr } = await lookUp(machine, wanted);

  expect([code, stderr]).toEqual([0, ""]);
  expect(parseCard(stdout)).toEqual({
    path,
    ...IGB,
    iommuGroup: 7,
    ports: [{ address: SLOT, mac: CARD }],
  });
});

test("ports are told in the order of their addresses, and only ports", async () => {
  await machine.exec(
    list(...[2, 0, 1].map((n) => listed(`0000:01:00.${n}`, 7, n === 2 ? "0x0c0330" : "0x020000"))),
  );

  expect(parseCard((await lookUp(machine, { card: "0000:01:00" })).stdout).ports).toEqual([
    { address: "0000:01:00.0", mac: CARD },
    { address: "0000:01:00.1" },
  ]);
});

test("a card is still known by its permanent MAC when it was given another and moved", async () => {
  await machine.exec(
    `ip link set enp1s0 address 02:00:00:00:00:99; mv ${PF} ${other}; ln -sfn ${other} /sys/class/net/enp1s0/device`,
  );
  const { stdout } = await lookUp(machine, { card: CARD });
  await machine.exec(`ip link set enp1s0 address ${CARD}; mv ${other} ${PF}`);

  expect(parseCard(stdout)).toMatchObject({ path: OTHER, iommuGroup: 8, ports: [{ mac: CARD }] });
});

test("a card that its own guest runs with is found again, by what its mapping says", async () => {
  await machine.exec(
    [
      guest("hostpci0: mapping=wan,pcie=1"),
      `printf 'wan\\n\\tmap id=8086:10c9,node=pve,path=0000:01:00\\n' >/etc/pve/mapping/pci.cfg`,
      `ln -sfn /sys/bus/pci/drivers/vfio-pci ${PF}/driver; rm -r ${PF}/net /sys/class/net/enp1s0`,
      `printf '%s' '${JSON.stringify({
        description: `wan: ${CARD}`,
        id: "wan",
        map: [
          "id=8086:10c9,iommugroup=7,node=pve2,path=0000:05:00,subsystem-id=8086:a03c",
          "id=8086:10c9,iommugroup=7,node=pve,path=0000:01:00,subsystem-id=8086:a03c",
        ],
      })}' >/run/pve/mapping`,
    ].join("; "),
  );

  for (const card of [CARD, "0000:01:00"]) {
    const { stdout, stderr } = await lookUp(machine, { card, whole: card === CARD });
    expect([stderr, parseCard(stdout)]).toEqual([
      "",
      { path: "0000:01:00", ...IGB, iommuGroup: 7, ports: [{ address: SLOT, mac: CARD }] },
    ]);
  }
  expect(await lookUp(machine, { card: "0000:01:00", mapping: "lan" })).toMatchObject({
    code: 76,
    stderr: `${SLOT} is in use by VM 107: take it away from that first\n`,
  });
});

test("devices that are in nobody's way may share the group", async () => {
  await machine.exec(
    [
      neighbour("0000:03:00.0", "pcieport", "0x060400"),
      neighbour("0000:03:00.1", "vfio-pci"),
      neighbour("0000:03:00.2", ""),
    ].join("; "),
  );

  expect((await lookUp(machine)).code).toBe(0);
});

test("a look-up leaves nothing behind", async () => {
  await lookUp(machine);

  expect(await ask(machine, "ls -d /run/proxmox-router /var/lib/proxmox-router")).toBe("");
});
