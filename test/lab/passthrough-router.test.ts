import { detach, dhcp, exec, tcp } from "../../lab/client";
import { hostExec, labDown, labUp, powerCut, quiet } from "../../lab/host/host";
import { SEGMENTS } from "../../lab/host/segments";
import { checkRouter } from "../../lab/scenario-checks";
import { portNames, PORTS, portsInAnotherOrder, previewWithWrongPorts } from "./card-ports";
import { hostSnapshot } from "./host-snapshot";
import { logins } from "./logins";
import { LabStack } from "./stack";

const MINUTE = 60_000;
const BOOT = 8 * MINUTE;
const RESERVED = "192.168.100.77";

let stack: LabStack;
let before: string;

beforeAll(async () => {
  await labDown();
  await labUp();
  before = await hostSnapshot();
  stack = await LabStack.create();
  portsInAnotherOrder(stack);
}, 20 * MINUTE);

afterAll(async () => {
  stack.remove();
  await labDown();
}, 2 * MINUTE);

const failures = async () => (await checkRouter(quiet)).filter(({ ok }) => !ok);
const onHost = async (script: string) => (await hostExec(script)).stdout.trim();
const guests = () => onHost("qm list | awk 'NR > 1 { print $1, $2 }'");

test(
  "an update that is killed three times is completed by the next one, without duplicates",
  async () => {
    const moments = {
      "while the guest is cloned": async () =>
        (await onHost("qm list | grep -c ' router '")) === "1",
      "while the guest boots": async () => (await onHost("qm status 100")) === "status: running",
      "while the guest is asked who it is": async () =>
        (await onHost("pgrep -fc 'guest exec 100'")) !== "0",
    };
    for (const [moment, reached] of Object.entries(moments)) {
      expect([moment, await stack.upKilledWhen(reached, BOOT)]).toEqual([moment, true]);
      expect((await stack.cancel()).status).toBe(0);
    }

    const { status, text } = await stack.up();

    expect([status, text]).toEqual([0, expect.any(String)]);
    expect(await guests()).toBe("100 router\n9000 debian-13");
    expect(await onHost("ls /var/lib/proxmox-router/creating")).toBe("");
  },
  4 * BOOT,
);

test(
  "ports have their declared names, and clients behind them an address, a route, names and the outside, and nothing else",
  async () => {
    expect(await portNames()).toEqual(PORTS);
    expect(await failures()).toEqual([]);
  },
  MINUTE,
);

test(
  "a second update changes nothing and connects to no machine",
  async () => {
    const earlier = await logins();
    const { status, text } = await stack.up();

    expect([status, text]).toEqual([0, expect.stringMatching(/\d+ unchanged/)]);
    expect(text).not.toMatch(/\d+ (created|updated|replaced|deleted)/);
    expect(await logins()).toBe(earlier);
    expect(await stack.preview("--expect-no-changes")).toMatchObject({ status: 0 });
    expect(await stack.refresh("--expect-no-changes")).toMatchObject({ status: 0 });
  },
  3 * MINUTE,
);

test("the state holds no key in plain text", async () => {
  const state = await stack.state();

  expect(state).toContain("router-network");
  expect(state).not.toContain("PRIVATE KEY");
});

test(
  "a client with a reservation gets its address, whatever it had before",
  async () => {
    expect((await dhcp("lan")).address).not.toBe(RESERVED);
    const mac = SEGMENTS.find(({ name }) => name === "lan")?.mac;
    stack.set(
      ["proxmox-router:lans", 1, "reservations"],
      [{ name: "client", mac, address: RESERVED }],
    );

    expect(await stack.plan()).toEqual([{ op: "update", name: "router-network", diff: ["stdin"] }]);
    expect(await stack.up()).toMatchObject({ status: 0 });
    expect((await dhcp("lan")).address).toBe(RESERVED);
  },
  3 * MINUTE,
);

test(
  "a forward to an address that DHCP gives to whoever asks is refused in the preview",
  async () => {
    stack.set(
      ["proxmox-router:forwards"],
      [{ name: "web", protocol: "tcp", port: 8080, address: "192.168.100.99" }],
    );

    const { status, text } = await stack.preview();

    expect([status === 0, text]).toEqual([
      false,
      expect.stringContaining(
        "proxmox-router:forwards[0].address: 192.168.100.99 is in proxmox-router:lans[1].pool 192.168.100.10-192.168.100.250; expected an address outside of it, or one that is reserved",
      ),
    ]);
  },
  MINUTE,
);

test(
  "a port that the card does not have, and a MAC that no port of it has, are refused in the preview",
  async () => {
    const { status, text } = await previewWithWrongPorts(stack);

    expect([status === 0, text]).toEqual([
      false,
      expect.stringContaining(
        "interfaces[3].port: no port 4 on the card; expected 0 (68:05:ca:00:01:00), 1 (",
      ),
    ]);
    expect(text).toContain(
      'interfaces[5].mac: no port of the card has "68:05:ca:00:09:00"; expected 68:05:ca:00:01:00,',
    );
  },
  MINUTE,
);

test(
  "a new forward changes the packet filter in place, and only that",
  async () => {
    stack.set(
      ["proxmox-router:forwards"],
      [{ name: "web", protocol: "tcp", port: 8080, address: RESERVED, targetPort: 80 }],
    );

    expect(await stack.plan()).toEqual([
      { op: "update", name: "router-firewall-filter", diff: ["stdin"] },
    ]);
    expect(await stack.up()).toMatchObject({ status: 0 });

    const server = exec(
      "lan",
      ["timeout", "20", "busybox", "nc", "-l", "-p", "80", "-e", "echo", "from inside"],
      { timeoutMs: 30_000 },
    );
    const wan = /inet (203[.\d]+)/.exec(
      await onHost("qm guest exec 100 -- ip -4 -o addr show dev wan"),
    )?.[1];
    expect(await tcp("out", wan ?? "", 8080)).toMatchObject({
      outcome: "connected",
      text: expect.stringContaining("from inside") as string,
    });
    expect((await tcp("out", wan ?? "", 22)).outcome).not.toBe("connected");
    await server;
  },
  3 * MINUTE,
);

test(
  "a smaller pool changes the router's network in place, and clients see it",
  async () => {
    stack.set(["proxmox-router:lans", 1, "reservations"], undefined);
    stack.set(["proxmox-router:lans", 1, "pool"], { from: "192.168.100.50", to: "192.168.100.59" });

    expect(await stack.plan()).toEqual([{ op: "update", name: "router-network", diff: ["stdin"] }]);
    expect(await stack.up()).toMatchObject({ status: 0 });
    expect((await dhcp("lan")).address).toMatch(/^192\.168\.100\.5\d$/);
  },
  3 * MINUTE,
);

test(
  "more memory restarts the guest and changes nothing else",
  async () => {
    stack.set(["proxmox-router:router", "memory"], 640);

    expect(await stack.plan()).toEqual([
      { op: "update", name: "router-vm", diff: ["memory.dedicated"] },
    ]);
    expect(await stack.up()).toMatchObject({ status: 0 });
    expect(await onHost("qm config 100 | grep ^memory")).toBe("memory: 640");
  },
  BOOT,
);

test(
  "after a power cut the router comes back by itself, with nobody running pulumi",
  async () => {
    await powerCut();

    const end = Date.now() + 6 * MINUTE;
    let missing = await failures().catch(String);
    while (missing.length > 0 && Date.now() < end) missing = await failures().catch(String);
    expect(missing).toEqual([]);
    expect(await stack.preview("--expect-no-changes")).toMatchObject({ status: 0 });
  },
  BOOT,
);

test(
  "destroy leaves the host as it was before the first update",
  async () => {
    await detach("vm1");
    const { status, text } = await stack.destroy();

    expect([status, text]).toEqual([0, expect.any(String)]);
    expect(await hostSnapshot()).toBe(before);
  },
  3 * MINUTE,
);
