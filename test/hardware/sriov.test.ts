import type { SriovFunction } from "../../components";
import { CARDS, Hardware } from "../../lab/hardware/hardware";
import { mapped, paths, told } from "./functions";
import { HardwareStack } from "./stack";
import { traces } from "./traces";

const MINUTE = 60_000;
const card = CARDS.sriov.mac;
const PF = "/sys/bus/pci/devices/0000:01:00.0";
const wan = {
  name: "wan",
  mac: "02:00:00:00:00:01",
  vlan: 7,
  qos: 3,
  trust: true,
  spoofCheck: false,
  linkState: "enable",
  optional: ["linkState"],
};
const set = {
  card,
  count: 2,
  vfs: [wan, { mac: "02:00:00:00:00:02", maxRate: 100 }],
};

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

const functions = async () => (await stack.output("functions")) as SriovFunction[];

test(
  "functions are made with what is declared, and mapped where the kernel has put them",
  async () => {
    const { code, output } = await stack.up({ set });
    expect([code, output]).toEqual([0, expect.any(String)]);

    const [first, second] = await told(hardware, "enp1s0");
    expect(first).toMatchObject({
      address: wan.mac,
      vlan_list: [{ vlan: 7, qos: 3 }],
      spoofchk: false,
      trust: true,
    });
    expect(second).toMatchObject({
      address: "02:00:00:00:00:02",
      vlan_list: [{}],
      rate: { max_tx: 100 },
      spoofchk: true,
    });
    const table = await functions();
    expect(table.map(({ address, mac }) => [address, mac])).toEqual([
      ["0000:01:10.0", wan.mac],
      ["0000:01:10.2", "02:00:00:00:00:02"],
    ]);
    expect(await mapped(hardware)).toBe(paths(table.map(({ address }) => address)));
    // No driver of the host has them.
    expect(
      await hardware.must(`ls -d ${PF}/virtfn*/driver ${PF}/virtfn*/net 2>/dev/null || :`),
    ).toBe("");
  },
  5 * MINUTE,
);

test(
  "a second update changes nothing",
  async () => {
    expect(await stack.up({ set }, "--expect-no-changes")).toMatchObject({ code: 0 });
  },
  3 * MINUTE,
);

test.each([
  {
    setting: "linkState",
    refusal: "vf 0: the driver refuses state disable: ",
    vfs: [
      {
        ...wan,
        vlan: 9,
        qos: 1,
        trust: false,
        spoofCheck: true,
        linkState: "disable",
        optional: [],
      },
      set.vfs[1],
    ],
  },
  {
    setting: "minRate",
    refusal: "vf 1: the driver refuses min_tx_rate 10: ",
    vfs: [
      { ...wan, mac: "02:00:00:00:00:03", vlan: undefined, qos: undefined },
      { ...set.vfs[1], vlan: 30, trust: true, spoofCheck: false, maxRate: 50, minRate: 10 },
    ],
  },
])(
  "a $setting that the driver refuses takes back every setting that was changed before it",
  async ({ refusal, vfs }) => {
    const before = await told(hardware, "enp1s0");

    const { code, output } = await stack.up({ set: { ...set, vfs } });

    expect([code === 0, output]).toEqual([false, expect.stringContaining(refusal)]);
    expect(await told(hardware, "enp1s0")).toEqual(before);
    expect(await stack.up({ set }, "--expect-no-changes")).toMatchObject({ code: 0 });
  },
  5 * MINUTE,
);

test(
  "another number is refused, with leave too while a program has one, and made once nobody has it",
  async () => {
    const fewer = { ...set, count: 1, vfs: [wan] };
    expect((await stack.up({ set: fewer })).output).toContain(
      `card ${card} (enp1s0) has 2 virtual functions already; expected 1: allow a reset`,
    );

    await hardware.must(
      [
        "modprobe vfio-pci; echo 0000:01:10.2 >/sys/bus/pci/drivers_probe",
        `group=$(basename "$(readlink ${PF}/virtfn1/iommu_group)")`,
        'systemd-run -q --unit=holder sh -c "exec sleep 3600 9<>/dev/vfio/$group"',
      ].join("; "),
    );
    expect((await stack.up({ set: { ...fewer, allowVfReset: true } })).output).toMatch(
      /virtual function 0000:01:10\.2 is in use by process \d+ \(sleep\)/,
    );
    expect(await told(hardware, "enp1s0")).toHaveLength(2);

    await hardware.must("systemctl stop holder");
    expect(await stack.up({ set: { ...fewer, allowVfReset: true } })).toMatchObject({ code: 0 });
    expect((await told(hardware, "enp1s0")).map(({ address }) => address)).toEqual([wan.mac]);
    expect(await mapped(hardware)).toBe(paths(["0000:01:10.0"]));
  },
  10 * MINUTE,
);

test(
  "a destruction leaves the host as it was",
  async () => {
    expect(await stack.destroy()).toMatchObject({ code: 0 });

    expect(await traces(hardware)).toBe(before);
    expect(await told(hardware, "enp1s0")).toEqual([]);
  },
  5 * MINUTE,
);
