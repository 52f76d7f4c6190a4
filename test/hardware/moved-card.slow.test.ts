import { CARDS, Hardware } from "../../lab/hardware/hardware";
import { mapped, paths, told } from "./functions";
import { HardwareStack } from "./stack";
import { traces } from "./traces";

const MINUTE = 60_000;
const card = CARDS.sriov.mac;
const LINK = "/etc/systemd/network/10-uplink0.link";
const wan = {
  mac: "02:00:00:00:00:01",
  vlan: 7,
  qos: 3,
  trust: true,
  spoofCheck: false,
};
const set = { card, count: 1, vfs: [wan] };

let hardware: Hardware;
let stack: HardwareStack;
let before: string;

beforeAll(async () => {
  hardware = await Hardware.up();
  stack = await HardwareStack.create(hardware);
  before = await traces(hardware);
}, 20 * MINUTE);

afterAll(async () => {
  stack.remove();
  await Hardware.down();
}, 2 * MINUTE);

test(
  "a card that was moved to another slot and renamed has its functions before guests start",
  async () => {
    expect(await stack.up({ set })).toMatchObject({ code: 0 });
    expect(await mapped(hardware)).toBe(paths(["0000:01:10.0"]));
    await hardware.must(
      `printf '[Match]\\nPermanentMACAddress=${card}\\n[Link]\\nName=uplink0\\n' >${LINK}`,
    );
    await hardware.move("slot3");

    expect(await told(hardware, "uplink0")).toMatchObject([
      { address: wan.mac, vlan_list: [{ vlan: 7, qos: 3 }], spoofchk: false, trust: true },
    ]);
    const time = async (unit: string, moment: string) =>
      Number(
        await hardware.must(
          `systemctl show --value -p ExecMain${moment}TimestampMonotonic ${unit}`,
        ),
      );
    const made = await time("proxmox-router-restore", "Exit");
    expect(made).toBeGreaterThan(0);
    expect(await time("pve-guests", "Start")).toBeGreaterThan(made);
  },
  15 * MINUTE,
);

test(
  "the next update finds that it was moved, and maps its functions where they are now",
  async () => {
    const { code, output } = await stack.up({ set });

    expect([code, output]).toEqual([0, expect.stringContaining("1 replaced")]);
    expect(await stack.output("functions")).toMatchObject([{ address: "0000:03:10.0" }]);
    expect(await mapped(hardware)).toBe(paths(["0000:03:10.0"]));
    expect(await stack.up({ set }, "--expect-no-changes")).toMatchObject({ code: 0 });
  },
  5 * MINUTE,
);

test(
  "a destruction leaves the host as it was",
  async () => {
    expect(await stack.destroy()).toMatchObject({ code: 0 });

    await hardware.must(`rm ${LINK}`);
    expect(await traces(hardware)).toBe(before);
    expect(await told(hardware, "uplink0")).toEqual([]);
  },
  5 * MINUTE,
);

test(
  "a whole card that was moved is found by the next update too",
  async () => {
    const nics = { whole: { mac: card } };
    expect(await stack.up({ nics })).toMatchObject({ code: 0 });
    expect(await mapped(hardware)).toBe(paths(["0000:03:00.0"]));

    await hardware.move("slot1");

    expect(await stack.up({ nics })).toMatchObject({ code: 0 });
    expect(await mapped(hardware)).toBe(paths(["0000:01:00.0"]));
    expect(await stack.output("found")).toMatchObject([{ address: "0000:01:00.0" }]);
    expect(await stack.up({ nics }, "--expect-no-changes")).toMatchObject({ code: 0 });
  },
  15 * MINUTE,
);
