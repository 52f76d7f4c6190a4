// Needs root: changes a machine in namespaces of its own.
import { setTimeout as sleep } from "node:timers/promises";
import type { Operation } from "../../agent/bundle";
import { changeMachine } from "../../components/transaction";
import { Machine } from "../agent/machine";
import { status } from "../agent/slices";

const MINUTE = 60_000;

let machine: Machine;

beforeEach(async () => {
  machine = await Machine.start();
}, MINUTE);
afterEach(() => machine.stop());

/** Rules that lose whatever is bigger than a path through a tunnel takes. */
const lossy = (hook: "input" | "output", port: "sport" | "dport"): Operation => ({
  kind: "nft",
  text: [
    "table inet proxmox_router",
    "delete table inet proxmox_router",
    "table inet proxmox_router {",
    "\tchain lossy {",
    `\t\ttype filter hook ${hook} priority 0; policy accept;`,
    `\t\ttcp ${port} 22 meta length > 1400 drop`,
    "\t}",
    "}",
    "",
  ].join("\n"),
});

const change = async (...operations: Operation[]) => {
  const slice = {
    id: "net",
    owner: "project/stack/net",
    confirmSeconds: 30,
    allowBareDeadman: true,
    operations,
  };
  try {
    await changeMachine({ connection: machine.connection, slice });
    return "";
  } catch (error) {
    return (error as Error).message.replaceAll(machine.address, "machine");
  }
};

const applied = async () => (await status(machine)).open?.includes(" APPLIED ") ?? false;

test.each([
  ["to the machine", lossy("input", "dport")],
  ["from the machine", lossy("output", "sport")],
])(
  "a change that loses big packets on their way %s is not confirmed",
  async (_, operation) => {
    await change();
    const expire = async () => {
      while (!(await applied())) await sleep(100);
      await sleep(4000);
      machine.advance(100);
    };

    const [said] = await Promise.all([change(operation), expire()]);

    expect(said).toMatch(
      /^rolled back: no new SSH connection to machine:22 succeeded within 30 s.*generation 1 \(unchanged\)$/,
    );
  },
  2 * MINUTE,
);
