import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CARDS, Hardware } from "../../lab/hardware/hardware";
import { LabStack } from "../lab/stack";
import { Peer } from "./peer";
import { traces } from "./traces";

const MINUTE = 60_000;
const WAN = "02:00:00:00:06:00";
const GUEST = readFileSync(join(__dirname, "../../lab/hardware/guest.sh"), "utf8");
const CONSOLE = "/var/log/pve/consoles/200.log";

let hardware: Hardware;
let stack: LabStack;
let peer: Peer;
let before: string;

beforeAll(async () => {
  hardware = await Hardware.up();
  peer = await Peer.at(CARDS.sriov);
  await hardware.must("sh -s", { stdin: GUEST, timeoutMs: 2 * MINUTE });
  before = await traces(hardware);
  stack = await LabStack.create("lab-sriov");
  const { host: address, port, privateKeyFile, knownHostsFile } = hardware.access;
  stack.set(["proxmoxve:endpoint"], hardware.api);
  const node = { name: "pve", address, port, privateKeyFile, knownHostsFile };
  stack.set(["proxmox-router:node"], node);
  stack.set(["proxmox-router:sriov", "vfs", 0, "vlan"], 7);
  stack.set(["proxmox-router:appliance", "iso"], undefined);
  stack.set(["proxmox-router:appliance", "template"], 9000);
  stack.set(["proxmox-router:appliance", "cores"], 1);
}, 20 * MINUTE);

afterAll(async () => {
  stack.remove();
  peer.remove();
  await Hardware.down();
}, 2 * MINUTE);

/** The functions that the guest's QEMU has. */
const given = () =>
  hardware.must(
    "tr '\\0' '\\n' </proc/$(cat /run/qemu-server/200.pid)/cmdline | grep -o 'vfio-pci,host=[^,]*'",
  );

/** How often somebody has logged in, this question among them. */
const logins = async () =>
  Number(
    await hardware.must(
      "journalctl --sync && journalctl -u ssh -q -o cat --grep 'Accepted publickey' | wc -l",
    ),
  );

test(
  "an appliance is started with its functions, and nothing is left to do",
  async () => {
    const { status, text } = await stack.up();
    expect([status, text]).toEqual([0, expect.any(String)]);

    expect(await given()).toBe(
      ["10.0", "10.2", "10.4"].map((one) => `vfio-pci,host=0000:01:${one}\n`).join(""),
    );
    const asked = await logins();
    const again = await stack.up();
    expect([again.status, again.text]).toEqual([
      0,
      expect.stringMatching(/Resources:\s+\d+ unchanged/),
    ]);
    // This question, and one for whether the host has been restarted, which its kernel waits for.
    expect((await logins()) - asked).toBe(2);
  },
  15 * MINUTE,
);

test(
  "it sees the MAC that is declared, and talks to a peer in the VLAN of which it knows nothing",
  async () => {
    const answered = `until grep -aq "guest: answered" ${CONSOLE}; do sleep 2; done`;
    await hardware.must(`timeout 1500 sh -c '${answered}'`, { timeoutMs: 26 * MINUTE });

    expect(await hardware.must(`grep -ao 'guest: address [0-9a-f:]*' ${CONSOLE}`)).toBe(
      `guest: address ${WAN}\n`,
    );
    const heard = peer.seen.filter(({ from }) => from === WAN);
    expect(heard.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["arp", "echo request"]));
    expect([...new Set(heard.map(({ vlan }) => vlan))]).toEqual([7]);
  },
  30 * MINUTE,
);

test(
  "a destruction leaves the host as it was",
  async () => {
    const { status, text } = await stack.destroy();
    expect([status, text]).toEqual([0, expect.any(String)]);

    expect(await traces(hardware)).toBe(before);
  },
  10 * MINUTE,
);
