import { attach, detach, dhcp, exec, ping, resolve } from "../../lab/client";
import { run } from "../../lab/host/command";
import { hostExec, labDown, labUp, powerCut } from "../../lab/host/host";
import { inNetns } from "../../lab/host/netns";
import { netnsOf, type SegmentName } from "../../lab/host/segments";
import { answered } from "./answered";
import { aSecondAfter, leads, NOTHING, type Pair } from "./guest-routes";
import { says, serve, type Server } from "./guest-servers";
import { heardFrom } from "./heard-from";
import { hostSnapshot } from "./host-snapshot";
import { lostDuring } from "./lost-packets";
import { APP, HOST, inVm, MAIL, NEIGHBOUR, VM, WEB } from "./routed-host";
import { LabStack } from "./stack";

const MINUTE = 60_000;

let stack: LabStack;
let before: string;
const servers: Server[] = [];

/** Start a container, as after each boot of the host, and what it answers with; its lease. */
async function start(client: "vm1" | "vm2", address6: string): Promise<string> {
  await attach("vmbr9", client);
  // What DHCPv6 gives to a guest that asks; its route is advertised.
  await exec(client, ["ip", "address", "add", `${address6}/128`, "dev", "eth0", "nodad"]);
  const { address, prefix, leaseSeconds, routers, dns, domain } = await dhcp(client);
  for (const port of [443, 9999]) servers.push(await serve(client, port));
  return `${address}/${prefix} ${leaseSeconds} ${[...routers, ...dns, domain].join(" ")}`;
}

const both = (client: SegmentName, pair: Pair, port = 443) =>
  Promise.all(pair.map((address) => says(client, address, port)));

beforeAll(async () => {
  await labDown();
  await labUp();
  await hostExec(HOST);
  await run(inNetns(netnsOf("wan"), ["ip", "address", "add", `${NEIGHBOUR}/24`, "dev", "eth0"]));
  before = await hostSnapshot();
  stack = await LabStack.create("lab-routed");
}, 20 * MINUTE);

afterAll(async () => {
  for (const server of servers) server.kill();
  stack.remove();
  await labDown();
}, 2 * MINUTE);

test(
  "one update leads each guest its address, those without one in the order of their ids",
  async () => {
    // The place of `mail`, until that comes.
    stack.set(["proxmox-router:guests", 2], {
      name: "old",
      vmId: 103,
      mac: "bc:24:11:00:01:03",
    });
    const { status, text } = await stack.up();
    expect([status, text]).toEqual([
      0,
      expect.stringMatching(/"10\.254\.254\.2"[^]*"10\.254\.254\.5"/),
    ]);

    expect((await hostExec(VM, { timeoutMs: MINUTE })).code).toBe(0);
    expect(await aSecondAfter(Promise.resolve(), APP, leads("tap100i0"))).toMatch(
      leads("tap100i0"),
    );
    expect(await start("vm1", WEB[1])).toBe(
      "10.254.254.3/24 28800 10.254.254.1 10.254.254.1 lan.example.net",
    );
  },
  3 * MINUTE,
);

test(
  "a guest that comes, and one that goes, cost the others no packet",
  async () => {
    const lost = await lostDuring("vm1", "198.51.100.80", async () => {
      stack.reset();
      expect(await stack.up()).toMatchObject({ status: 0 });
    });

    expect(lost).toBe(0);
    expect(await start("vm2", MAIL[1])).toContain("10.254.254.4/24 ");
  },
  3 * MINUTE,
);

test(
  "guests, the host, neighbours and the outside reach each other, each by its own address",
  async () => {
    // All that the neighbour has is the network.
    expect(await both("wan", WEB)).toEqual([
      `vm1:443 for ${NEIGHBOUR}`,
      "vm1:443 for 2001:db8:113::1",
    ]);
    expect(await both("out", MAIL)).toEqual([
      "vm2:443 for 198.51.100.80",
      "vm2:443 for 2001:db8:51::80",
    ]);
    expect(await both("vm1", MAIL, 9999)).toEqual(WEB.map((address) => `vm2:9999 for ${address}`));
    expect(await both("vm1", ["198.51.100.80", "2001:db8:51::80"], 80)).toEqual(
      WEB.map((address) => `${address}\n`),
    );
    expect(await ping("vm1", NEIGHBOUR)).toBe(true);
    for (const gateway of ["10.254.254.1", "fe80::1%eth0"])
      expect(await ping("vm1", gateway)).toBe(true);
    const pings = WEB.map((address) => `ping -qc 1 -W 5 ${address}`).join(" && ");
    expect((await hostExec(pings)).code).toBe(0);
    // What nobody allowed stays shut.
    expect(await both("out", MAIL, 9999)).toEqual(["", ""]);
  },
  MINUTE,
);

test(
  "guests are told each other's names, over IPv4 and over IPv6",
  async () => {
    expect(await resolve("vm1", "10.254.254.1", "mail.lan.example.net")).toEqual([MAIL[0]]);
    expect(await resolve("vm2", "2001:db8:113::fe:1", "web.lan.example.net")).toEqual([WEB[0]]);
  },
  MINUTE,
);

test(
  "on the uplink the host answers for itself and its guests, and for nobody else",
  async () => {
    const networks = ["10.254.254.0/24", "203.0.113.0/24", "2001:db8:113::/120"];

    expect(await answered("wan", NEIGHBOUR, [...networks, "2001:db8:113::fe:0/120"])).toEqual([
      ...["10.254.254.1", APP[0], WEB[0], MAIL[0], "10.254.254.254", "203.0.113.10"],
      // The first one is every router's (RFC 4291, 2.6.1).
      ...["2001:db8:113::", "2001:db8:113::10", APP[1], WEB[1], MAIL[1]],
    ]);
  },
  MINUTE,
);

test(
  "a guest that takes the address of another, or any, is not heard",
  async () => {
    const senders = [WEB[0], MAIL[0], "10.254.254.77"];
    for (const address of senders.slice(1))
      await exec("vm1", ["ip", "address", "add", `${address}/32`, "dev", "eth0"]);
    const heard = await heardFrom("vm1", senders, "out", "198.51.100.80");
    for (const address of senders.slice(1))
      await exec("vm1", ["ip", "address", "del", `${address}/32`, "dev", "eth0"]);

    expect(heard).toEqual([WEB[0]]);
  },
  MINUTE,
);

test(
  "a guest with a system of its own configures itself, in both families",
  async () => {
    await hostExec("until qm guest cmd 100 ping >/dev/null 2>&1; do sleep 1; done", {
      timeoutMs: 3 * MINUTE,
    });
    const reached = ["198.51.100.80", "2001:db8:51::80"].map((one) => `ping -qc 1 ${one} >&2`);
    const { stdout } = await hostExec(
      `${inVm("ip -o address show dev eth0 scope global")}; ${inVm(`${reached.join(" && ")} && echo out`)}`,
      { timeoutMs: MINUTE },
    );

    expect(stdout.match(/\S+\/(24|128)\b|^out$/gm)).toEqual([
      `${APP[0]}/24`,
      `${APP[1]}/128`,
      "out",
    ]);
  },
  5 * MINUTE,
);

test.each<[string, Pair, string, () => Promise<unknown>, () => Promise<unknown>]>([
  ["container", WEB, "veth901i0", () => detach("vm1"), () => attach("vmbr9", "vm1")],
  ["VM", APP, "tap100i0", () => hostExec("qm stop 100"), () => hostExec("qm start 100")],
])(
  "routes and answers follow a %s within a second when it stops and starts",
  async (_, guest, tap, stop, again) => {
    expect(await aSecondAfter(stop(), guest, NOTHING)).toBe("");
    expect(await aSecondAfter(again(), guest, leads(tap))).toMatch(leads(tap));
  },
  MINUTE,
);

test(
  "a power cut of the host ends nothing for long, with nobody running pulumi",
  async () => {
    for (const server of servers.splice(0)) server.kill();
    await powerCut();

    for (const [client, [, six]] of [
      ["vm1", WEB],
      ["vm2", MAIL],
    ] as const)
      await start(client, six);
    expect(await says("out", MAIL[0], 443)).toBe("vm2:443 for 198.51.100.80");
    expect(await says("vm1", MAIL[1], 443)).toBe(`vm2:443 for ${WEB[1]}`);
    const started = hostExec("until ip link show tap100i0 >/dev/null 2>&1; do sleep 0.1; done", {
      timeoutMs: MINUTE,
    });
    expect(await aSecondAfter(started, APP, leads("tap100i0"))).toMatch(leads("tap100i0"));
  },
  3 * MINUTE,
);

test(
  "destroy leaves the host as it was",
  async () => {
    expect(await stack.destroy()).toMatchObject({ status: 0 });
    for (const client of ["vm1", "vm2"] as const) await detach(client);
    await hostExec("qm stop 100; qm destroy 100");

    expect(await hostSnapshot()).toBe(before);
    for (const guest of [APP, WEB, MAIL])
      expect(await aSecondAfter(Promise.resolve(), guest, NOTHING)).toBe("");
  },
  3 * MINUTE,
);
