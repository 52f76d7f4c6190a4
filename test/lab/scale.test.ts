import { describeLab, freshLab } from "../host/lab";
import { atConsole } from "./bridge-host";
import { logins } from "./logins";
import { LabStack } from "./stack";

const MINUTE = 60_000;
const FORWARDS = 1_000;
const GUESTS = 200;

let stack: LabStack;

const address = (guest: number) => `10.64.${guest >> 8}.${guest & 255}`;

/** Declare all of them, the last guest by a name and the first forward with a port. */
function declare(last: string, first: number): void {
  stack.set(["proxmox-router:uplinks"], [{ name: "vmbr0", addresses: ["10.99.0.2/24"] }]);
  stack.set(
    ["proxmox-router:networks"],
    [
      {
        name: "vmbr1",
        addresses: ["10.64.0.1/16"],
        guests: Array.from({ length: GUESTS }, (_, i) => ({
          name: i + 1 < GUESTS ? `guest-${i}` : last,
          mac: `52:54:00:64:${byte(i >> 8)}:${byte(i & 255)}`,
          address: address(i + 2),
        })),
      },
    ],
  );
  stack.set(["proxmox-router:allow"], []);
  stack.set(
    ["proxmox-router:forwards"],
    Array.from({ length: FORWARDS }, (_, i) => ({
      name: `f${i}`,
      protocol: "tcp",
      port: i === 0 ? first : 20_000 + i,
      address: address((i % GUESTS) + 2),
    })),
  );
}

const byte = (value: number) => value.toString(16).padStart(2, "0");

/** How often somebody has logged in on the host, and how many changes it has kept, by slice. */
async function counts(): Promise<number[]> {
  const kept = await atConsole(
    `for slice in vmbr1-network host-firewall; do
      cut -d' ' -f1 /var/lib/proxmox-router/slices/$slice*/confirmed
    done`,
  );
  return [await logins(), ...kept.split("\n").map(Number)];
}

/** Update, and tell what that cost: logins, changes of bridge and filter. */
async function cost(): Promise<number[]> {
  const start = await counts();
  const { status, text } = await stack.up();
  if (status !== 0) throw new Error(text);
  return (await counts()).map((now, i) => now - (start[i] ?? 0));
}

async function seconds(step: () => Promise<{ status: number; text: string }>): Promise<number> {
  const began = performance.now();
  const { status, text } = await step();
  if (status !== 0) throw new Error(text);
  return (performance.now() - began) / 1000;
}

describeLab("a host with 1,000 forwards and 200 guests", () => {
  freshLab();
  beforeAll(async () => {
    stack = await LabStack.create("lab-server");
  }, MINUTE);
  afterAll(() => stack.remove());

  test(
    "costs two connections and one change for each changed component, and seconds for none",
    async () => {
      declare("last", 20_000);
      const { status, text } = await stack.up();
      expect([status, text]).toEqual([0, expect.any(String)]);

      expect(await cost()).toEqual([0, 0, 0]);
      // Most of it is what the engine needs for any program.
      expect(await seconds(() => stack.preview())).toBeLessThan(60);

      declare("other", 19_999);
      expect(await cost()).toEqual([4, 1, 1]);
    },
    6 * MINUTE,
  );
});
