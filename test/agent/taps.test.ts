// Needs root: machines made of namespaces, with a real sshd.
import { writeFileSync } from "node:fs";
import { FOLLOWER } from "../../agent/follower";
import type { Operation } from "../../agent/bundle";
import { Machine, until } from "./machine";
import { Peer } from "./peer";
import { Change } from "./slices";
import { ask, world } from "./world";

const OWN = ["10.254.254.1/32", "fd00:9::1/64", "fe80::1/64"];
const tap = (id: number, ...guest: string[]): Operation => ({
  kind: "tap",
  name: `tap${id}i0`,
  bridge: "vmbr9",
  own: OWN,
  guest,
  on: ["up0"],
});
const NETWORK: Operation[] = ["10.254.254.0/24", "fd00:9::/64"].map((destination) => ({
  kind: "unreachable",
  destination,
}));
const BOTH = [...NETWORK, tap(100, "10.254.254.2", "fd00:9::2"), tap(101, "10.254.254.3")];

let machine: Machine;
let guest: Peer;
let neighbour: Peer;

/** Make a tap as Proxmox does. */
const plug = (id: number) =>
  machine.exec(
    `ip tuntap add tap${id}i0 mode tap; echo 1 >/proc/sys/net/ipv6/conf/tap${id}i0/disable_ipv6; ip link set tap${id}i0 master vmbr9 up`,
  );
const masters = () => ask(machine, "ls /sys/class/net/vmbr9/brif");
const routes = () => ask(machine, "ip -o route show proto 213; ip -6 -o route show proto 213");
const answers = () => ask(machine, "ip neighbour show proxy | awk '{ print $1 }' | sort");
const drift = async () =>
  (await machine.exec("sh /usr/local/lib/proxmox-router/agent drift")).stdout;
/** Whether a guest gets an answer about an address. */
const asks = async (address: string) => {
  const told = await guest.exec(
    `ip neighbour flush dev far; ping -c 1 -W 1 ${address} >/dev/null; ip neighbour show ${address}`,
  );
  return told.stdout.includes("lladdr");
};

beforeAll(async () => {
  machine = await Machine.start();
  neighbour = await Peer.at(machine, "up0");
  guest = await Peer.at(machine, "tap100i0");
  await machine.exec(
    "ip link add vmbr9 type bridge; ip link set vmbr9 up; echo 1 >/proc/sys/net/ipv6/conf/tap100i0/disable_ipv6; ip link set tap100i0 master vmbr9",
  );
  await guest.exec("ip address add 10.254.254.2/24 dev far");
  await new Change(machine, [], "base").keep();
});
afterAll(() => machine.stop());

describe("without anybody who follows", () => {
  afterAll(async () => {
    await new Change(machine, []).keep();
  });

  test("a guest that runs is led its addresses, off its bridge; one that does not is not", async () => {
    await new Change(machine, BOTH).keep();

    expect(await masters()).toBe("");
    expect((await routes()).replaceAll(" ", " ")).toContain("10.254.254.2 dev tap100i0 scope link");
    expect(await routes()).toContain("fd00:9::2 dev tap100i0");
    expect(await routes()).not.toContain("10.254.254.3");
    expect(await answers()).toBe("10.254.254.2\nfd00:9::2");
    expect(await drift()).toBe("");
  });

  test("a guest is answered for those of its network that run, and for no others", async () => {
    expect((await guest.exec("ping -c 1 -W 1 10.254.254.1")).code).toBe(0);
    await plug(101);
    await new Change(machine, BOTH).begin("repair");
    await new Change(machine, BOTH).confirm();

    expect([await asks("10.254.254.3"), await asks("10.254.254.77")]).toEqual([true, false]);
    await machine.exec("ip link delete tap101i0");
  });

  test("what a hand does to it is drift", async () => {
    await machine.exec("ip link set tap100i0 master vmbr9");
    expect(await drift()).toBe("net: tap tap100i0: expected on no bridge, found on one\n");

    await machine.exec("ip link set tap100i0 nomaster; ip route delete 10.254.254.2");
    expect(await drift()).toContain("route 10.254.254.2 over tap100i0: expected, found none");
    await new Change(machine, BOTH).begin("repair");
    await new Change(machine, BOTH).confirm();
    expect(await drift()).toBe("");
  });

  test("another address takes the place of the one before", async () => {
    await new Change(machine, [...NETWORK, tap(100, "10.254.254.9")]).keep();

    expect(await answers()).toBe("10.254.254.9");
    expect(await routes()).toContain("10.254.254.9 dev tap100i0");
    expect(await routes()).not.toMatch(/254\.2 |:2 /);
  });

  test("what is not confirmed goes back", async () => {
    const before = await world(machine);
    const change = new Change(machine, BOTH);
    await change.begin();
    expect(await answers()).toBe("10.254.254.2\nfd00:9::2");
    await change.abort();

    expect(await world(machine)).toEqual(before);
  });

  test.each<[string, string, string, string, string]>([
    [
      "an interface that another slice has",
      "true",
      "other",
      "tap tap100i0 is led to another guest already: one slice has it\n",
      "true",
    ],
    [
      "an address that has a route of others",
      "ip route add 10.254.254.2 dev up0",
      "net",
      "route 10.254.254.2 dev up0 scope link  exists already and is not ours: remove it, or declare another\n",
      "ip route delete 10.254.254.2 dev up0",
    ],
  ])("%s is refused", async (_, prepare, id, reason, restore) => {
    await machine.exec(prepare);
    const { code, stderr } = await new Change(machine, [tap(100, "10.254.254.2")], id).begin();
    await machine.exec(restore);

    expect([code, stderr]).toEqual([76, reason]);
  });
});

describe("with somebody who follows", () => {
  beforeAll(async () => {
    writeFileSync(machine.path("etc/follow.sh"), FOLLOWER);
    await machine.exec("setsid sh /etc/follow.sh </dev/null >/dev/null 2>&1 &");
    await until("one who listens", async () => (await ask(machine, "pgrep -x ip")) !== "");
    await new Change(machine, BOTH).keep();
  });

  test("a guest that starts, stops and starts is led its address, and only while it runs", async () => {
    for (let again = 0; again < 3; again += 1) {
      await plug(101);
      await until("the route", async () => (await routes()).includes("10.254.254.3 dev tap101i0"));
      await until("no bridge", async () => (await masters()) === "");
      expect(await answers()).toContain("10.254.254.3");

      await machine.exec("ip link delete tap101i0");
      await until("no answers", async () => !(await answers()).includes("10.254.254.3"));
    }
  });

  test("a guest that comes from another node is led to once it is here, and neighbours are told", async () => {
    const [there, here] = ["/etc/pve/nodes/other/qemu-server", "/etc/pve/qemu-server"];
    const moved = [tap(101, "10.254.254.3", "fd00:9::3")];
    const known = async () =>
      (await neighbour.exec('ip neighbour show nud all | grep -E "254.3 |9::3 " | sort')).stdout;
    await machine.exec(`mkdir -p ${there} ${here}; touch ${there}/101.conf`);
    for (const address of ["10.254.254.3", "fd00:9::3"])
      await neighbour.exec(
        `ip neighbour replace ${address} lladdr 02:00:00:00:00:99 dev far nud stale`,
      );
    await new Change(machine, [...NETWORK, tap(100, "10.254.254.2", "fd00:9::2"), ...moved]).keep();
    await plug(101);
    // Whoever follows has seen it by then.
    await until("the end of the wait", async () =>
      (await ask(machine, "ls -A /run/proxmox-router/taps")).includes(".tap101i0.comes"),
    );
    expect([await masters(), await routes(), await answers()].join("\n")).toMatch(
      /^tap101i0\n(?![^]*(254\.3|9::3))/,
    );
    expect(await drift()).toBe("");
    expect(await known()).toContain("02:00:00:00:00:99");

    await machine.exec(`mv ${there}/101.conf ${here}`);

    await until("the route", async () => (await routes()).includes("fd00:9::3 dev tap101i0"));
    const own = await ask(machine, "cat /sys/class/net/up0/address");
    await until("neighbours to know", async () => (await known()).split(own).length === 3);
    expect(await answers()).toMatch(/254\.3[^]*9::3/);
    expect(await ask(machine, "cat /sys/class/net/tap101i0/address")).toBe("fe:00:00:00:65:00");
    await machine.exec("ip link delete tap101i0; rm -r /etc/pve");
    await new Change(machine, BOTH).keep();
  });

  test("a tap that is put on its bridge once more is taken off it", async () => {
    await plug(101);
    await until("no bridge", async () => (await masters()) === "");
    await machine.exec("ip link set tap101i0 master vmbr9");

    await until("no bridge", async () => (await masters()) === "");
    expect(await drift()).toBe("");
  });

  test("a guest that is removed is on its bridge again, with nothing of ours", async () => {
    await new Change(machine, [...NETWORK, tap(100, "10.254.254.2", "fd00:9::2")]).keep();

    expect(await masters()).toBe("tap101i0");
    expect(await answers()).toBe("10.254.254.2\nfd00:9::2");
    expect(await ask(machine, "ip -o address show dev tap101i0")).toBe("");
    expect(await ask(machine, "cat /proc/sys/net/ipv4/conf/tap101i0/forwarding")).toBe("0");
  });

  test("nothing of it is left when all are removed", async () => {
    await new Change(machine, []).keep();

    expect([await routes(), await answers(), await masters()]).toEqual([
      "",
      "",
      "tap100i0\ntap101i0",
    ]);
    expect(await ask(machine, "ls -A /run/proxmox-router | grep tap")).toBe("");
  });
});
