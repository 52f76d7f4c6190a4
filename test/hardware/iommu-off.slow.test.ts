import { Hardware } from "../../lab/hardware/hardware";
import { HardwareStack } from "./stack";

const MINUTE = 60_000;
const OFF =
  "the IOMMU is off, and no guest can be given a card: turn on VT-d or AMD-Vi in the firmware, and intel_iommu=on on the kernel command line";

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
  "without an IOMMU nothing is given away",
  async () => {
    await hardware.must(
      "sed -i 's/quiet/quiet intel_iommu=off/' /etc/default/grub && update-grub",
      {
        timeoutMs: 2 * MINUTE,
      },
    );
    await hardware.reboot();

    const { code, output } = await stack.up({ nics: { path: { path: "0000:02:00" } } });

    expect([code === 0, output]).toEqual([false, expect.stringContaining(OFF)]);
  },
  15 * MINUTE,
);
