// Needs root: changes a machine in namespaces of its own, behind an SSH server of this one.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { greets } from "../../agent/ssh";
import type { MachineTarget } from "../../components/begin";
import { changeMachine } from "../../components/transaction";
import { Machine } from "../agent/machine";
import { filter, SHUT, status } from "../agent/slices";
import { installSshd, Sshd } from "../engine/sshd";

const MINUTE = 60_000;

let directory: string;
let node: Sshd;
let machine: Machine;
let connection: MachineTarget;

beforeAll(installSshd, 3 * MINUTE);

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "hypervisor-"));
  machine = await Machine.start();
  // Scripts on this node find a qm of ours first.
  node = await Sshd.start(`ForceCommand sed 's|^PATH=|PATH=${directory}:|' | sh -s`);
  connection = { ...machine.connection, proxy: node.connection, vmId: 100 };
  writeFileSync(join(directory, "qm"), qm(), { mode: 0o755 });
}, MINUTE);

afterEach(async () => {
  node.stop();
  await machine.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** What Proxmox's qm does of `guest exec` and `reset`, for this machine. */
const qm = () => `#!/bin/sh
echo "$*" >>${directory}/asked
[ ! -e ${directory}/away ] || { echo "Configuration file 'nodes/pve/qemu-server/100.conf' does not exist" >&2; exit 2; }
[ "$1" = guest ] || exit 0
[ ! -e ${directory}/mute ] || { echo "QEMU guest agent is not running" >&2; exit 255; }
while [ "$1" != -- ]; do shift; done
shift
said=$(nsenter -t ${String(machine["pid"])} -m -n -p -u -- "$@" 2>&1)
printf '{"exitcode":%d,"exited":1,"out-data":"%s"}\\n' $? "$said"
`;

const asked = () => readFileSync(join(directory, "asked"), "utf8");

const change = async (...rules: string[]) => {
  const slice = {
    id: "net",
    owner: "project/stack/net",
    confirmSeconds: 30,
    allowBareDeadman: true,
    operations: [filter(...rules)],
  };
  try {
    await changeMachine({ connection, slice });
    return "";
  } catch (error) {
    return (error as Error).message
      .replaceAll(machine.address, "guest")
      .replaceAll(`:${node.port}`, ":22");
  }
};

const place = "guest:22 (through 127.0.0.1:22)";

test("a guest is reached through its node, and greets there", async () => {
  expect(await change("tcp dport 23 drop")).toBe("");
  expect((await status(machine)).confirmed).toMatch(/^net 1 /);
  expect(await greets(connection)).toBe(true);
  expect(await greets({ ...connection, port: 1 })).toBe(false);
});

test(
  "a guest that nobody gets into any more is told by its node to go back",
  async () => {
    await change("tcp dport 23 drop");

    expect(await change(...SHUT)).toMatch(
      `rolled back: no new SSH connection to ${place} succeeded within 30 s`,
    );
    expect(asked()).toMatch(/^guest exec 100 --timeout 60 -- sh -c /);
    expect(asked()).not.toContain("reset");
    expect(await status(machine)).not.toHaveProperty("open");
  },
  2 * MINUTE,
);

test(
  "a guest that answers nobody at all is reset, and comes up with what was confirmed",
  async () => {
    await change("tcp dport 23 drop");
    writeFileSync(join(directory, "mute"), "");
    const reset = async () => {
      while (!(existsSync(join(directory, "asked")) && asked().includes("reset 100"))) {
        await sleep(200);
      }
      await machine.powerCut();
      await machine.powerOn();
    };

    const [said] = await Promise.all([change(...SHUT), reset()]);

    expect(said).toBe(
      "rolled back: the machine was restarted before it was confirmed; neither SSH nor the guest agent of VM 100 answered, so it was reset; the machine is at generation 1 (unchanged)",
    );
    expect((await status(machine)).confirmed).toMatch(/^net 1 /);
  },
  3 * MINUTE,
);

test(
  "a guest that has moved to another node goes back by itself, and says so through the first",
  async () => {
    await change("tcp dport 23 drop");
    const move = async () => {
      while (!(await status(machine)).open?.includes(" APPLIED ")) await sleep(100);
      writeFileSync(join(directory, "away"), "");
      while (!(existsSync(join(directory, "asked")) && asked().includes("guest exec"))) {
        await sleep(200);
      }
      machine.advance(100);
    };

    const [said] = await Promise.all([change(...SHUT), move()]);

    expect(said).toMatch(`rolled back: no new SSH connection to ${place} succeeded within 30 s`);
    expect(said).toMatch(/the machine is at generation 1 \(unchanged\)$/);
    expect(await change("tcp dport 24 drop")).toBe("");
  },
  3 * MINUTE,
);
