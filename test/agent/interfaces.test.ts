// Needs root: machines made of namespaces, with a real sshd.
import { awaitRemovalCall, confirmRemovalCall, removeCall } from "../../agent/frame";
import { Machine, until } from "./machine";
import {
  applyInterfaces,
  INTERFACES,
  proxmoxNetwork,
  stanza,
  writeInterfaces,
} from "./proxmox-network";
import { Change, status } from "./slices";

const VMBR1 = INTERFACES + stanza("vmbr1");

let machine: Machine;

beforeEach(async () => {
  machine = await Machine.start();
  await proxmoxNetwork(machine);
});
afterEach(() => machine.stop());

const bridge = (declared: string, ports: string[] = [], free = false) =>
  new Change(machine, [{ kind: "bridge", name: "vmbr1", ports, free, addresses: [], declared }]);
const call = ({ command, stdin }: ReturnType<typeof removeCall>) => machine.ssh(command, stdin);
const file = async (suffix = "") =>
  (await machine.exec(`cat /etc/network/interfaces${suffix}`)).stdout;
const links = async () =>
  (await machine.exec("ls /sys/class/net")).stdout.trim().split("\n").sort();
const state = async () => /^\S+ \S+ (\S+) /.exec((await status(machine)).open ?? "")?.[1];
const reaches = (wanted: string | undefined) =>
  until(`state ${String(wanted)}`, async () => (await state()) === wanted);

/** Open the change, let the API make its part, and keep it. */
async function keep(change: Change, text: string): Promise<void> {
  expect(await change.begin("bracket")).toMatchObject({ code: 0 });
  await applyInterfaces(machine, text);
  await reaches("APPLIED");
  expect(await change.confirm()).toMatchObject({ code: 0 });
}

test("a bridge that the API makes is kept once it is confirmed", async () => {
  const change = bridge("one");
  const { stdout } = await change.begin("bracket");

  expect(stdout).toMatch(/^ARMED \S+ 2\d\d$/m);
  expect((await change.confirm()).stderr).toContain("nothing to confirm: state A");
  await applyInterfaces(machine, VMBR1);
  await reaches("APPLIED");
  expect(await change.confirm()).toMatchObject({ code: 0 });

  expect(await file()).toBe(VMBR1);
  expect(await links()).toContain("vmbr1");
  expect(await status(machine)).toMatchObject({ confirmed: `net 1 ${change.target}` });
});

test("a connection that was there before the API had answered confirms nothing", async () => {
  const change = bridge("one");
  await change.begin("bracket");
  const early = machine.ssh(
    `until grep -q APPLIED /run/proxmox-router/txn/state; do busybox usleep 9000; done; sh /run/proxmox-router/txn/agent.sh confirm net ${change.target}`,
  );
  await machine.ssh("true");
  await applyInterfaces(machine, VMBR1);

  expect(await early).toMatchObject({ code: 78 });
});

test("a bridge that swallows the uplink is taken back, and the machine answers", async () => {
  await keep(bridge("one"), VMBR1);
  const swallowing = INTERFACES + stanza("vmbr1", "eth0");
  // What comes in by the bridge is answered by the card, which is only then refused.
  await machine.exec("echo 1 >/proc/sys/net/ipv4/conf/all/rp_filter");

  const refused = await bridge("two", ["eth0"]).begin("bracket");
  expect([refused.code, refused.stderr]).toEqual([
    76,
    "eth0 is what this machine is reached by: leave it out of the ports of vmbr1, or set allowManagementChange\n",
  ]);

  expect(await bridge("two", ["eth0"], true).begin("bracket")).toMatchObject({ code: 0 });
  await applyInterfaces(machine, swallowing);
  await reaches("APPLIED");
  expect((await machine.ssh("true")).code).toBe(255);
  machine.advance(500);
  await reaches(undefined);

  expect(await file()).toBe(VMBR1);
  expect(await machine.ssh("true")).toMatchObject({ code: 0 });
  expect((await status(machine)).last).toMatch(/^net rolled back: no new SSH connection/);
});

test("a card below what carries one of two default routes is refused", async () => {
  await machine.exec(`ip link add card0 type veth peer name far0
    ip link add link card0 name upper0 type macvlan
    ip link add name vmbr0 type bridge && ip link set upper0 master vmbr0
    ip link add other0 type veth peer name far1
    for one in card0 upper0 vmbr0 other0 far1; do ip link set $one up; done
    ip route add default nexthop dev vmbr0 nexthop dev other0`);

  for (const port of ["card0", "other0"])
    expect((await bridge("one", [port]).begin("bracket")).stderr).toContain(
      `${port} is what this machine is reached by`,
    );
});

test("an API that never acts is not waited for for ever, and leaves nothing", async () => {
  await bridge("one").begin("bracket");
  await reaches("APPLYING");
  machine.advance(140);
  await reaches(undefined);

  expect((await status(machine)).last).toBe(
    "net rolled back: the Proxmox API did not make its part of the change: /etc/network/interfaces is as before",
  );
  expect(await links()).not.toContain("vmbr1");
  expect((await machine.exec("ls /var/lib/proxmox-router 2>/dev/null")).stdout).toBe("");
});

test("power that is lost in the window brings up the network of before", async () => {
  await keep(bridge("one"), VMBR1);
  await bridge("two", ["eth0"], true).begin("bracket");
  await applyInterfaces(machine, INTERFACES + stanza("vmbr1", "eth0"));
  await reaches("APPLIED");

  await machine.powerCut();
  await machine.powerOn();

  expect(await file()).toBe(VMBR1);
  expect((await status(machine)).last).toContain("the machine was restarted");
});

test("what the API has staged and not applied goes; what others have staged stays", async () => {
  for (const [staged, kept] of [
    [VMBR1, ""],
    [`${VMBR1}\niface eth7 inet manual\n`, `${VMBR1}\niface eth7 inet manual\n`],
  ] as const) {
    await bridge("one").begin("bracket");
    await reaches("APPLYING");
    await writeInterfaces(machine, staged, ".new");
    machine.advance(140);
    await reaches(undefined);

    expect(await file(".new 2>/dev/null")).toBe(kept);
  }
});

test("what others have applied in the window is kept beside the network of before", async () => {
  await bridge("one").begin("bracket");
  const others = `${VMBR1}\niface eth7 inet manual\n`;
  await applyInterfaces(machine, others);
  await reaches("APPLIED");
  machine.advance(500);
  await reaches(undefined);

  expect([await file(), await file(".undone")]).toEqual([INTERFACES, others]);
});

test("a bridge of somebody else is refused, whether it is up or only configured", async () => {
  const refusal = {
    code: 76,
    stderr: "bridge vmbr1 exists already and is not ours: choose another name, or remove it\n",
  };
  await machine.exec("ip link add name vmbr1 type bridge");
  expect(await bridge("one").begin("bracket")).toMatchObject(refusal);

  await machine.exec("ip link delete dev vmbr1");
  await writeInterfaces(machine, VMBR1);
  expect(await bridge("one").begin("bracket")).toMatchObject(refusal);
});

test("what is recorded but not there any more is named with its remedy", async () => {
  const { code, stderr } = await bridge("one").begin();

  expect([code, stderr]).toEqual([
    80,
    expect.stringContaining(
      "bridge vmbr1: expected, not found; the Proxmox API has it otherwise: run pulumi up --refresh",
    ),
  ]);
});

test("a bridge that somebody has removed is drift, and is made again around it", async () => {
  await keep(bridge("one"), VMBR1);
  await applyInterfaces(machine, INTERFACES);

  expect((await machine.ssh("sh /usr/local/lib/proxmox-router/agent drift")).stdout).toBe(
    "net: bridge vmbr1: expected, not found\n",
  );
  await keep(bridge("one"), VMBR1);
  expect(await machine.ssh("sh /usr/local/lib/proxmox-router/agent drift")).toMatchObject({
    code: 0,
  });
});

test("a removal is confirmed around the API's part, and leaves nothing", async () => {
  await keep(bridge("one"), VMBR1);

  expect(await call(removeCall("net", true))).toMatchObject({ code: 0 });
  const waiting = call(awaitRemovalCall("net"));
  await applyInterfaces(machine, INTERFACES);
  expect(await waiting).toMatchObject({ code: 0 });
  expect(await call(confirmRemovalCall("net", true))).toMatchObject({ code: 0 });

  expect(await file()).toBe(INTERFACES);
  expect((await machine.exec("ls /var/lib/proxmox-router 2>/dev/null")).stdout).toBe("");
});

test("a removal that was taken back puts the bridge back, and the next one asks the API itself", async () => {
  await keep(bridge("one"), VMBR1);
  await call(removeCall("net", true));
  await applyInterfaces(machine, INTERFACES);
  await reaches("APPLIED");
  machine.advance(500);
  await reaches(undefined);
  expect([await file(), await links()]).toEqual([VMBR1, expect.arrayContaining(["vmbr1"])]);

  await machine.exec(`cat >/run/fake/sbin/pvesh <<'END'
#!/bin/sh
case "$1" in
  delete) printf '${INTERFACES.replaceAll("\n", "\\n")}' >/etc/network/interfaces.new ;;
  set) mv /etc/network/interfaces.new /etc/network/interfaces; ifreload -a ;;
esac
END
chmod 755 /run/fake/sbin/pvesh`);
  const again = await call(confirmRemovalCall("net", true));
  expect([again.code, again.stderr]).toEqual([
    79,
    expect.stringContaining("the removal of net was begun once more"),
  ]);
  await reaches("APPLIED");
  expect(await call(confirmRemovalCall("net", true))).toMatchObject({ code: 0 });
  expect(await file()).toBe(INTERFACES);
});
