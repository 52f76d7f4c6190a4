// Needs root: machines made of namespaces, with a real sshd.
import type { WantedCard } from "../../agent/pci-lookup";
import { guest, make, SLOT } from "./fake-card";
import { FAKE_NODE, list, listed, lookUp, neighbour, OTHER, other, RESET } from "./fake-node";
import { Machine } from "./machine";

/** The default route leads over a device that is made of the card. */
const reachedBy = (...devices: string[]) =>
  [
    ...devices.map(
      (name, i) =>
        `ip link add ${name} type bridge; ip link set ${name} up; mkdir -p /sys/class/net/${name}; ln -s ../${devices[i + 1] ?? "enp1s0"} /sys/class/net/${name}/lower_${devices[i + 1] ?? "enp1s0"}`,
    ),
    `ip link set enp1s0 up; ip route add default dev ${devices[0] ?? "enp1s0"}`,
  ].join("; ");

let machine: Machine;

beforeAll(async () => {
  machine = await Machine.start({ boot: FAKE_NODE, inMemory: true });
});
beforeEach(() => machine.exec(RESET));
afterAll(() => machine.stop());

const OFF =
  "the IOMMU is off, and no guest can be given a card: turn on VT-d or AMD-Vi in the firmware, and intel_iommu=on on the kernel command line";
const REACHED = `${SLOT} (enp1s0) is what this machine is reached by: choose another card`;
const SLOTS =
  "and no guest can have one while the host has the other: move the card to another slot";

describe("a card that can not be given away is named, with every reason", () => {
  test.each<[string, string, Partial<WantedCard>, string]>([
    ["the IOMMU is off", list(listed(SLOT, -1)), {}, OFF],
    [
      "it shares its group with a device that the host uses",
      neighbour(OTHER, "ahci"),
      {},
      `${SLOT} shares IOMMU group 7 with ${OTHER} (ahci), ${SLOTS}`,
    ],
    [
      "it shares its group with the card that the host is reached by",
      `${neighbour(OTHER, "e1000e")}; mkdir -p ${other}/net/eno1`,
      {},
      `${SLOT} shares IOMMU group 7 with ${OTHER} (eno1 e1000e), ${SLOTS}`,
    ],
    [
      "it shares its group with a virtio card",
      `${neighbour(OTHER, "virtio-pci")}; mkdir -p ${other}/virtio1/net/eno1`,
      {},
      `${SLOT} shares IOMMU group 7 with ${OTHER} (eno1 virtio-pci), ${SLOTS}`,
    ],
    [
      "it shares its group with a device that only the API knows",
      list(listed(SLOT, 7), listed("0000:04:00.0", 7), listed("0000:05:00.0", 77)),
      {},
      `${SLOT} shares IOMMU group 7 with 0000:04:00.0 (driver unknown), ${SLOTS}`,
    ],
    [
      "it shares its group with its other function",
      `${list(listed(SLOT, 7), listed("0000:01:00.1", 7))}; ${neighbour("0000:03:00.0", "vfio-pci")}`,
      {},
      `${SLOT} shares IOMMU group 7 with 0000:01:00.1 (driver unknown), ${SLOTS}`,
    ],
    ["the host is reached by it", reachedBy(), {}, REACHED],
    ["the host is reached by a bridge that has it as port", reachedBy("vmbr0"), {}, REACHED],
    [
      "the host is reached by a bridge over a VLAN over a bond that has it",
      reachedBy("vmbr0", "uplink", "bond0"),
      { card: "0000:01:00" },
      REACHED,
    ],
    [
      "it has virtual functions",
      make(3),
      {},
      `${SLOT} has 3 virtual functions, which would be lost: give away one of them, or take them away first`,
    ],
    [
      "it is a virtual function",
      `${make(1)}; ${list(listed("0000:01:10.0", 9))}`,
      { card: "0000:01:10.0" },
      `0000:01:10.0 is a virtual function of ${SLOT}: declare it in an SriovVfSet`,
    ],
    [
      "a guest runs with it",
      guest("hostpci0: 0000:01:00.0,pcie=1"),
      {},
      `${SLOT} is in use by VM 107: take it away from that first`,
    ],
    [
      "a guest runs with the whole card by another mapping",
      `${guest("hostpci0: mapping=quad")}; printf 'quad\\n\\tmap node=pve,path=0000:01:00,id=8086:10c9\\n' >/etc/pve/mapping/pci.cfg`,
      {},
      `${SLOT} is in use by VM 107: take it away from that first`,
    ],
    [
      "there is more than one reason",
      `${make(2)}; ${reachedBy()}; ${list(listed(SLOT, -1))}`,
      {},
      `${OFF}\n${REACHED}\n${SLOT} has 2 virtual functions, which would be lost: give away one of them, or take them away first`,
    ],
  ])("%s", async (_, prepare, wanted, message) => {
    await machine.exec(prepare);

    expect(await lookUp(machine, wanted)).toMatchObject({
      code: 76,
      stdout: "",
      stderr: `${message}\n`,
    });
  });
});

test.each<[string, string]>([
  [
    "0000:09:00.0",
    `path: no PCI device 0000:09:00.0 on this node; expected one of ${SLOT} ${OTHER} \n`,
  ],
  [
    "0000:09:00",
    `path: no PCI device 0000:09:00 on this node; expected one of ${SLOT} ${OTHER} \n`,
  ],
  [
    "68:05:ca:00:01:00",
    "mac: no network card of this node has the permanent address 68:05:ca:00:01:00; expected one that a driver of the host has\n",
  ],
])("a card that is not there is told: %s", async (card, stderr) => {
  expect(await lookUp(machine, { card })).toMatchObject({ code: 69, stderr });
});
