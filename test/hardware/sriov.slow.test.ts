import type { SriovFunction } from "../../components";
import { CARDS, Hardware } from "../../lab/hardware/hardware";
import { HardwareStack } from "./stack";

const MINUTE = 60_000;
const card = CARDS.sriov.mac;
const PF = "/sys/bus/pci/devices/0000:01:00.0";
const LINK = "/etc/systemd/network/10-uplink0.link";
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

/** What a change may leave something in, and what the machine starts by itself. */
const traces = () =>
  hardware.must(
    [
      "find /etc /usr/local /var/lib/proxmox-router -path /etc/pve -prune -o -type f -exec sha256sum {} + 2>/dev/null | sort -k 2",
      "systemctl list-unit-files --no-legend | grep proxmox-router",
      "cat /sys/bus/pci/devices/*/sriov_numvfs",
    ].join("; "),
  );

beforeAll(async () => {
  hardware = await Hardware.up();
  stack = await HardwareStack.create(hardware);
  before = await traces();
}, 20 * MINUTE);

afterAll(async () => {
  stack.remove();
  await Hardware.down();
}, 2 * MINUTE);

interface VfInfo {
  readonly vf: number;
  readonly address: string;
  readonly vlan_list: unknown[];
  readonly rate: { readonly max_tx: number };
  readonly spoofchk: boolean;
  readonly trust: boolean;
}

/** What the driver says of its functions. */
async function told(link: string): Promise<VfInfo[]> {
  const [found] = JSON.parse(await hardware.must(`ip -j link show ${link}`)) as [
    { vfinfo_list?: VfInfo[] },
  ];
  return found.vfinfo_list ?? [];
}

const functions = async () => (await stack.output("functions")) as SriovFunction[];
const mapped = () => hardware.must("grep -ho 'path=[^,]*' /etc/pve/mapping/pci.cfg | sort");
const paths = (addresses: readonly string[]) => addresses.map((one) => `path=${one}\n`).join("");

test(
  "functions are made with what is declared, and mapped where the kernel has put them",
  async () => {
    const { code, output } = await stack.up({ set });
    expect([code, output]).toEqual([0, expect.any(String)]);

    const [first, second] = await told("enp1s0");
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
    expect(await mapped()).toBe(paths(table.map(({ address }) => address)));
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
    expect(await told("enp1s0")).toHaveLength(2);

    await hardware.must("systemctl stop holder");
    expect(await stack.up({ set: { ...fewer, allowVfReset: true } })).toMatchObject({ code: 0 });
    expect((await told("enp1s0")).map(({ address }) => address)).toEqual([wan.mac]);
    expect(await mapped()).toBe(paths(["0000:01:10.0"]));
  },
  10 * MINUTE,
);

test(
  "a card that was moved to another slot and renamed has its functions before guests start",
  async () => {
    await hardware.must(
      `printf '[Match]\\nPermanentMACAddress=${card}\\n[Link]\\nName=uplink0\\n' >${LINK}`,
    );
    await hardware.move("slot3");

    expect(await told("uplink0")).toMatchObject([
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
  "a look-up anew maps its functions where they are now",
  async () => {
    const fewer = { ...set, count: 1, vfs: [wan], allowVfReset: true };
    const { code, output } = await stack.up({ set: fewer }, "--replace", "**ports-table");

    expect([code, output]).toEqual([0, expect.stringContaining("1 replaced")]);
    expect((await functions()).map(({ address }) => address)).toEqual(["0000:03:10.0"]);
    expect(await mapped()).toBe(paths(["0000:03:10.0"]));
    expect(await stack.up({ set: fewer }, "--expect-no-changes")).toMatchObject({ code: 0 });
  },
  5 * MINUTE,
);

test(
  "a destruction leaves the host as it was",
  async () => {
    expect(await stack.destroy()).toMatchObject({ code: 0 });

    await hardware.must(`rm ${LINK}`);
    expect(await traces()).toBe(before);
    expect(await told("uplink0")).toEqual([]);
  },
  5 * MINUTE,
);
