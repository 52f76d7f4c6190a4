import { CARDS, Hardware } from "../../lab/hardware/hardware";
import { HardwareStack } from "./stack";

const MINUTE = 60_000;
const { sriov, dual0, dual1, old } = CARDS;

let hardware: Hardware;
let stack: HardwareStack;

beforeAll(async () => {
  hardware = await Hardware.up();
  stack = await HardwareStack.create(hardware);
}, 20 * MINUTE);

afterAll(async () => {
  stack.remove();
  await Hardware.down();
}, 2 * MINUTE);

test(
  "a card is found as a whole by its address and by a MAC, with its ports in order",
  async () => {
    const { code, output } = await stack.up({
      nics: { path: { path: "0000:02:00" }, mac: { mac: dual1.mac, wholeCard: true } },
    });
    expect([code, output]).toEqual([0, expect.any(String)]);

    const found = {
      address: "0000:02:00",
      ports: [
        { address: "0000:02:00.0", mac: dual0.mac },
        { address: "0000:02:00.1", mac: dual1.mac },
      ],
    };
    expect(await stack.output("found")).toEqual([found, found]);
    const group = await hardware.must(
      "basename $(readlink /sys/bus/pci/devices/0000:02:00.0/iommu_group)",
    );
    expect(await hardware.must("grep map /etc/pve/mapping/pci.cfg | sort -u")).toBe(
      `\tmap id=8086:10d3,node=pve,path=0000:02:00,iommugroup=${group.trim()},subsystem-id=8086:0000\n`,
    );
  },
  5 * MINUTE,
);

test(
  "what the kernel shows to be no card for a guest is refused with the reason",
  async () => {
    await hardware.must(`echo 2 >/sys/bus/pci/devices/0000:01:00.0/sriov_numvfs`);

    const { code, output } = await stack.up(
      {
        nics: {
          "one-port": { path: "0000:02:00.0" },
          neighbour: { mac: old.mac },
          management: { mac: "68:05:ca:00:00:01" },
          many: { mac: sriov.mac },
          function: { path: "0000:01:10.2" },
        },
      },
      "--continue-on-error",
    );

    expect(code).not.toBe(0);
    const together = "and no guest can have one while the host has the other";
    for (const reason of [
      /0000:02:00.0 shares IOMMU group \d+ with 0000:02:00.1 \(enp2s0f1 e1000e\), /,
      /0000:04:02.0 shares IOMMU group \d+ with 0000:04:01.0 \(eno1 virtio-pci\), /,
      /0000:04:01.0 \(eno1\) is what this machine is reached by: choose another card/,
      /0000:01:00.0 has 2 virtual functions, which would be lost/,
      /0000:01:10.2 is a virtual function of 0000:01:00.0: declare it in an SriovVfSet/,
    ]) {
      expect(output).toMatch(reason);
    }
    expect(output).toContain(together);
    // Those of the test before.
    expect(await hardware.must("grep '^[a-z]' /etc/pve/mapping/pci.cfg | sort")).toBe(
      "mac\npath\n",
    );
  },
  5 * MINUTE,
);
