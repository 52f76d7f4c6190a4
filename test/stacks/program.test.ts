import { LabStack } from "../lab/stack";

let stack: LabStack;

beforeAll(async () => {
  stack = await LabStack.create();
}, 120_000);

afterAll(() => stack.remove());

test.each([
  [
    ["proxmox-router:topology"],
    undefined,
    "proxmox-router:topology: missing; expected passthrough-router",
  ],
  [
    ["proxmox-router:topology"],
    "mesh",
    'proxmox-router:topology: got "mesh"; expected passthrough-router',
  ],
  [["proxmox-router:router"], undefined, "proxmox-router:router.vmId: missing; expected number"],
  [
    ["proxmox-router:router", "vmId"],
    "one hundred",
    'proxmox-router:router.vmId: got "one hundred"; expected number',
  ],
  [
    ["proxmox-router:lans", 1, "adress"],
    "10.0.0.1/24",
    "proxmox-router:lans[1].adress: unknown key; expected name,",
  ],
  [["proxmox-router:forward"], [], "proxmox-router:forward: unknown key; expected topology, node,"],
  [["proxmox-router:lans"], "lan", "configuration key 'lans' must be of type 'array<object>'"],
])(
  "pulumi preview with %j set to %j says what is wrong and changes nothing",
  async (path, value, message) => {
    stack.reset();
    stack.set(path, value);

    const { status, text } = await stack.preview();

    expect([status === 0, text]).toEqual([false, expect.stringContaining(message)]);
    expect(text).not.toContain("    at ");
  },
  60_000,
);
