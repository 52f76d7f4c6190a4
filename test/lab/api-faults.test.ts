import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hostExec, labDown, labUp, paths } from "../../lab/host/host";
import { hostSnapshot } from "./host-snapshot";
import { LabStack } from "./stack";

const MINUTE = 60_000;
const FAULTS = join(paths.control, "faults.json");
const CLONE = { method: "POST", path: "/qemu/9000/clone$" };

let stack: LabStack;
let before: string;

const faults = (value: object) => writeFileSync(FAULTS, JSON.stringify(value));
const guests = async () =>
  (await hostExec("qm list | awk 'NR > 1 { print $1, $3 }'")).stdout.trim().split("\n");

beforeAll(async () => {
  await labDown();
  await labUp();
  before = await hostSnapshot();
  stack = await LabStack.create();
}, 20 * MINUTE);

afterEach(() => rmSync(FAULTS, { force: true }));
afterAll(async () => {
  stack.remove();
  await labDown();
}, 2 * MINUTE);

/** What is told when an update fails. */
async function failing(): Promise<string> {
  const { status, text } = await stack.up();
  expect(status).not.toBe(0);
  return text;
}

test(
  "a cluster without quorum is named, and nothing is left of the attempt",
  async () => {
    const message = "cluster not ready - no quorum?";
    const one = { path: "^/(nodes|cluster|pools|storage)", count: 0, status: 500, message };
    faults({ http: ["POST", "PUT", "DELETE"].map((method) => ({ ...one, method })) });

    expect(await failing()).toContain(`Reason: ${message}`);
    expect(await stack.destroy()).toMatchObject({ status: 0 });
    // Else it goes back at its deadline.
    await hostExec("sh /usr/local/lib/proxmox-router/agent rollback");
    const left = (await hostSnapshot()).split("\n").filter((line) => !line.includes("/creating/"));
    expect(left.join("\n")).toBe(before);
  },
  4 * MINUTE,
);

const HALF_MADE = ["100 stopped"];

test.each<[string, object, string, string[]]>([
  ["an error", { http: [{ ...CLONE, status: 500, message: "got timeout" }] }, "got timeout", []],
  ["a connection cut before the request", { http: [{ ...CLONE, drop: "before" }] }, "EOF", []],
  ["a connection cut after it", { http: [{ ...CLONE, drop: "after" }] }, "EOF", HALF_MADE],
  [
    "a failing task",
    { tasks: [{ type: "qmclone", fail: "no space left" }] },
    "TASK ERROR: no space left",
    [],
  ],
])(
  "%s of the API is told, and the next update takes up what it left",
  async (_, fault, said, left) => {
    faults(fault);

    const text = await failing();

    expect(text).toContain(said);
    // The guest, and the stack that it is in.
    expect(text).toContain("2 errored");
    expect(await guests()).toEqual([...left, "9000 stopped"]);
  },
  4 * MINUTE,
);

test(
  "a ticket that is not taken any more ends the update with the API's words, and the next one makes one router",
  async () => {
    const message = "invalid PVE ticket";
    faults({ http: [{ path: "/qemu/100/config$", status: 401, message }] });

    expect(await failing()).toContain(`HTTP 401 response - Reason: ${message}`);
    expect(await stack.up()).toMatchObject({ status: 0 });

    expect(await guests()).toEqual(["100 running", "9000 stopped"]);
    expect(await stack.destroy()).toMatchObject({ status: 0 });
    expect(await hostSnapshot()).toBe(before);
  },
  8 * MINUTE,
);
