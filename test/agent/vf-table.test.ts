// Needs root: machines made of namespaces, with a real sshd.
import { parseVfs, VF_LOOKUP, vfLookup, vfOperations } from "../../agent/sriov";
import type { SriovVf } from "../../net/sriov";
import { CARD, card, FAKE_CARD, make, PF, SLOT } from "./fake-card";
import { Machine } from "./machine";
import { Change } from "./slices";

const IDS = { id: "8086:10ca", subsystemId: "8086:a03c" };
const MACS = ["02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:03"] as const;

let machine: Machine;

beforeAll(async () => {
  machine = await Machine.start({ boot: FAKE_CARD, inMemory: true });
});
afterAll(() => machine.stop());

const lookUp = (which: string, count: number) => machine.ssh(vfLookup(which, count), VF_LOOKUP);

test("what is declared of a card is in force, and every function is found with its place", async () => {
  const vfs: SriovVf[] = [
    { mac: MACS[0], vlan: 100, qos: 3, trust: true, spoofCheck: false },
    { mac: MACS[1], linkState: "enable", optional: ["linkState"] },
    { mac: MACS[2], maxRate: 100, minRate: 10 },
  ];
  await machine.exec("echo state >/run/card/refuses");

  await new Change(machine, vfOperations({ card: CARD.toUpperCase(), count: 3, vfs })).keep();

  expect(await card(machine)).toEqual([
    "3",
    "02:00:00:00:00:01 100 3 on off auto 0 0",
    "02:00:00:00:00:02 0 0 off on auto 0 0",
    "02:00:00:00:00:03 0 0 off on auto 100 10",
  ]);
  for (const which of [CARD, SLOT]) {
    const { code, stdout, stderr } = await lookUp(which, 3);
    expect([code, stderr]).toEqual([0, ""]);
    // Two of them are two functions apart.
    expect(parseVfs(stdout)).toEqual([
      { number: 0, address: "0000:01:10.0", mac: MACS[0], ...IDS, iommuGroup: 8 },
      { number: 1, address: "0000:01:10.2", mac: MACS[1], ...IDS, iommuGroup: 9 },
      { number: 2, address: "0000:01:10.4", mac: MACS[2], ...IDS, iommuGroup: 10 },
    ]);
  }
});

test("a table that is not complete is none", async () => {
  expect(await lookUp(CARD, 4)).toMatchObject({
    code: 69,
    stdout: "",
    stderr: `card ${CARD}: expected 4 virtual functions, found 3\n`,
  });
  expect(await lookUp("68:05:ca:00:01:00", 3)).toMatchObject({ code: 69, stdout: "" });
});

test("functions for the host alone need no IOMMU", async () => {
  await machine.exec(`${make(0)}; rm ${PF}/iommu_group; ${make(1)}`);

  expect(parseVfs((await lookUp(CARD, 1)).stdout)).toEqual([
    { number: 0, address: "0000:01:10.0", mac: "00:00:00:00:00:00", ...IDS },
  ]);
});
