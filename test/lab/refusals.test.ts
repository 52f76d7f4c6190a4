import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hostExec, labDown, labUp, paths } from "../../lab/host/host";
import { hostSnapshot } from "./host-snapshot";
import { LabStack } from "./stack";

const MINUTE = 60_000;
const FAULTS = join(paths.control, "faults.json");

let stack: LabStack;
let before: string;

const faults = (value: unknown) => writeFileSync(FAULTS, JSON.stringify(value));
const onHost = async (script: string) => {
  const { code, stdout, stderr } = await hostExec(script);
  if (code !== 0) throw new Error(stderr);
  return stdout.trim();
};

beforeAll(async () => {
  await labDown();
  await labUp();
  before = await hostSnapshot();
  stack = await LabStack.create();
}, 20 * MINUTE);

beforeEach(() => stack.reset());
afterEach(() => rmSync(FAULTS, { force: true }));
afterAll(async () => {
  stack.remove();
  await labDown();
}, 2 * MINUTE);

test(
  "a missing template is named before anything is changed",
  async () => {
    stack.set(["proxmox-router:router", "template"], 9999);

    const { status, text } = await stack.up();

    expect([status === 0, text]).toEqual([
      false,
      expect.stringContaining(
        "proxmox-router:router.template: no VM 9999 on node pve; expected a template",
      ),
    ]);
    expect(await hostSnapshot()).toBe(before);
  },
  2 * MINUTE,
);

test(
  "a wrong password is named before anything is changed",
  async () => {
    stack.set(["proxmoxve:password"], "not it");

    const { status, text } = await stack.up();

    expect([status === 0, text]).toEqual([
      false,
      expect.stringMatching(
        /The Proxmox API of node pve[^]*401 response - Reason: authentication failure\s+Check proxmoxve:endpoint/,
      ),
    ]);
    expect(text).not.toContain("not it");
    expect(await hostSnapshot()).toBe(before);
  },
  2 * MINUTE,
);

test(
  "a storage without room is named before anything is changed",
  async () => {
    faults({ storage: { "local-lvm": { total: 3 * 1024 ** 3 } } });

    const { status, text } = await stack.up();

    expect([status === 0, text]).toEqual([
      false,
      expect.stringMatching(
        /proxmox-router:router.datastore: local-lvm has \S+ GiB free, the disk of VM 100 takes 4 GiB; expected more space/,
      ),
    ]);
    expect(await hostSnapshot()).toBe(before);
  },
  2 * MINUTE,
);

test(
  "a foreign guest with the router's id is named and left alone",
  async () => {
    await onHost("qm create 100 --name mail --memory 128");
    const foreign = await hostSnapshot();

    const { status, text } = await stack.up();

    expect([status === 0, text]).toEqual([
      false,
      expect.stringContaining('VM 100 "mail" exists on node pve and is not of this stack'),
    ]);
    expect(await hostSnapshot()).toBe(foreign);
    await onHost("qm destroy 100");
  },
  2 * MINUTE,
);

test(
  "a foreign guest that even has the router's name is refused when the guest would be made",
  async () => {
    await onHost("qm create 100 --name router --memory 128");
    const foreign = await hostSnapshot();

    const { status, text } = await stack.up();

    expect([status === 0, text]).toEqual([
      false,
      expect.stringContaining("VM 100 exists already and is not of this stack."),
    ]);
    expect(await stack.destroy()).toMatchObject({ status: 0 });
    expect(await hostSnapshot()).toBe(foreign);
    await onHost("qm destroy 100");
  },
  3 * MINUTE,
);

test(
  "a guest whose agent stays silent is named with the cause and the remedy, and can be destroyed",
  async () => {
    faults({ agent: [{ vmid: 100, state: "silent" }] });
    stack.set(["proxmox-router:router", "bootTimeout"], 20);

    const { status, text } = await stack.up();

    expect([status === 0, text]).toEqual([
      false,
      expect.stringMatching(
        /router-identity[^]*VM 100: its guest agent gave no host key and no address of vm0 within 20 s\.\s+Last answer: .*QEMU guest agent is not running\s+Check that template 9000 has qemu-guest-agent/,
      ),
    ]);
    expect(await stack.destroy()).toMatchObject({ status: 0 });
    expect(await hostSnapshot()).toBe(before);
  },
  4 * MINUTE,
);
