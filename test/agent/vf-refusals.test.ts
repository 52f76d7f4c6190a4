// Needs root: machines made of namespaces, with a real sshd.
import type { Operation } from "../../agent/bundle";
import { CARD, card, FAKE_CARD, guest, make, PF, SLOT, vf, vfs } from "./fake-card";
import { Machine } from "./machine";
import { Change } from "./slices";
import { ask } from "./world";

const ASK = "allow a reset, which takes them away first";

const begin = (...operations: Operation[]) => new Change(machine, operations).begin();

/** The card as it was when the machine was switched on. */
const RESET = [
  `mkdir -p ${PF}/net/enp1s0 /sys/class/net/enp1s0 /run/qemu-server`,
  `ln -sfn ${PF} /sys/class/net/enp1s0/device; ln -sfn /sys/bus/pci/drivers/igb ${PF}/driver`,
  `ln -sfn /sys/kernel/iommu_groups/7 ${PF}/iommu_group; echo 7 >${PF}/sriov_totalvfs`,
  `rm -f /run/qemu-server/* /run/card/errno; ${make(0)}`,
].join("; ");

let machine: Machine;

beforeAll(async () => {
  machine = await Machine.start({ boot: FAKE_CARD, inMemory: true });
});
afterEach(() => machine.exec(RESET));
afterAll(() => machine.stop());

describe("a card that can not be what it is declared is named before anything is changed", () => {
  test.each<[string, string, Operation, string]>([
    [
      "it has some already",
      make(3),
      vfs(4),
      `card ${CARD} (enp1s0) has 3 virtual functions already; expected 4: ${ASK}`,
    ],
    [
      "it has some already, and none are declared",
      make(3),
      vfs(0),
      `card ${CARD} (enp1s0) has 3 virtual functions already; expected 0: ${ASK}`,
    ],
    [
      "it can not have that many",
      "true",
      vfs(8),
      `card ${CARD} (enp1s0) can have at most 7 virtual functions; expected 8`,
    ],
    [
      "it can have none",
      `rm ${PF}/sriov_totalvfs`,
      vfs(1),
      `card ${CARD} (enp1s0) has no virtual functions (SR-IOV): choose another, or turn them on in its firmware`,
    ],
    [
      "it has no driver",
      `rm -r ${PF}/net ${PF}/driver /sys/class/net/enp1s0`,
      { ...vfs(1), card: SLOT } as Operation,
      `card ${SLOT} has no driver that makes it a network card: load one`,
    ],
    [
      "it is missing",
      "rm -r /sys/class/net/enp1s0",
      vfs(1),
      `card ${CARD} is not in this machine: expected its permanent MAC address or its PCI address`,
    ],
    [
      "the IOMMU is off",
      `rm ${PF}/iommu_group`,
      vfs(1, { guests: true }),
      "the IOMMU is off, and guests can be given no virtual functions: turn on VT-d or AMD-Vi in the firmware, and intel_iommu=on on the kernel command line",
    ],
    [
      "a guest runs with one of them",
      `${make(2)}; ${guest("hostpci0: 0000:01:10.0,pcie=1")}`,
      vfs(4, { reset: true }),
      "virtual function 0000:01:10.0 is in use by VM 107",
    ],
    [
      "a guest runs with one of several",
      `${make(2)}; ${guest("hostpci0: host=02:00.0;01:10.2")}`,
      vfs(4, { reset: true }),
      "virtual function 0000:01:10.2 is in use by VM 107",
    ],
    [
      "a guest runs with one that is mapped",
      `${make(2)}; ${guest("hostpci0: mapping=wan,pcie=1")}`,
      vfs(4, { reset: true }),
      "virtual function 0000:01:10.0 is in use by VM 107",
    ],
    [
      "one of them is in a container",
      `${make(2)}; rmdir ${PF}/virtfn1/net/*`,
      vfs(4, { reset: true }),
      "virtual function 0000:01:10.2 is in use by another network namespace",
    ],
  ])("%s", async (_, prepare, operation, message) => {
    await machine.exec(prepare);
    const before = await card(machine);

    expect(await begin(operation)).toMatchObject({ code: 76, stderr: `${message}\n` });
    expect(await card(machine)).toEqual(before);
    expect(await ask(machine, "ls -d /var/lib/proxmox-router")).toBe("");
  });
});

test.each([
  ["Device or resource busy", "it has some already, or they are in use"],
  ["Numerical result out of range", "it can have 7"],
  ["No such file or directory", "its driver has none, or it has no driver"],
  [
    "Cannot allocate memory",
    "it was given too little address space; try pci=realloc on the kernel command line",
  ],
  ["Input/output error", "tee: .*/sriov_numvfs: Input/output error"],
])("a card that says %s takes the change back, in words", async (errno, words) => {
  await machine.exec(`echo '${errno}' >/run/card/errno`);

  const { code, stderr } = await begin(vfs(4), vf(0, { trust: "on" }));
  expect(code).toBe(80);
  expect(stderr).toMatch(
    new RegExp(
      `rolled back: card ${CARD} \\(enp1s0\\): can not be given 4 virtual functions: ${words};`,
    ),
  );
  expect(await card(machine)).toEqual(["0"]);
});
