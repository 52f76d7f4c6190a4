// Needs root: machines made of namespaces, with a real sshd.
import { Machine, until } from "./machine";
import { applyInterfaces, INTERFACES, proxmoxNetwork, stanza } from "./proxmox-network";
import { Change, status } from "./slices";

const VMBR1 = INTERFACES + stanza("vmbr1");
const MACS = ["02:00:00:00:00:11", "02:00:00:00:00:22"] as const;
const KEEP = "\tbridge-ports-condone-regex ^(tap|veth|fwpr|fwln)[0-9]+\n";
const SHOWN = [
  "cat /sys/class/net/vmbr1/address",
  "cat /sys/class/net/vmbr1/bridge/stp_state",
  "cat /sys/class/net/vmbr1/bridge/forward_delay",
  "ip -6 -o address show dev vmbr1 scope link | awk '{ print $4 }'",
].join("; ");

let machine: Machine;

beforeEach(async () => {
  machine = await Machine.start();
  await proxmoxNetwork(machine);
});
afterEach(() => machine.stop());

const change = (mac: string, delay = 0, ports: string[] = []) =>
  new Change(machine, [
    { kind: "bridge", name: "vmbr1", ports, free: false, addresses: [], declared: ports },
    { kind: "stanza", name: "vmbr1", mac, stp: delay > 0, forwardDelay: delay },
  ]);
const file = async () => (await machine.exec("cat /etc/network/interfaces")).stdout;
const shown = async () => (await machine.exec(SHOWN)).stdout.trim().split("\n");
const drift = async () =>
  (await machine.ssh("sh /usr/local/lib/proxmox-router/agent drift")).stdout.trim();
const reaches = (wanted: string | undefined) =>
  until(`state ${String(wanted)}`, async () => {
    const { open } = await status(machine);
    return open?.split(" ")[2] === wanted;
  });
const written = (mac: string, stp: string, delay: number, ports = "none") =>
  INTERFACES +
  stanza("vmbr1", ports).replace(
    "\tbridge-stp off\n",
    `\tbridge-stp ${stp}\n\tbridge-fd ${delay}\n\thwaddress ${mac}\n${KEEP}`,
  );

/** Have the API make the bridge, and keep it. */
async function keep(one: Change, text = VMBR1): Promise<void> {
  expect(await one.begin("bracket")).toMatchObject({ code: 0 });
  await applyInterfaces(machine, text);
  await reaches("APPLIED");
  expect(await one.confirm()).toMatchObject({ code: 0 });
}

test("a new bridge gets what the API has no words for, in its stanza and in force", async () => {
  await keep(change(MACS[0], 4));

  expect(await file()).toBe(written(MACS[0], "on", 4));
  expect(await shown()).toEqual([MACS[0], "1", "400", "fe80::ff:fe00:11/64"]);
  // As Proxmox prints the same stanza when somebody has changed another one.
  const moved = written(MACS[0], "on", 4).replace(
    /(\thwaddress.*\n)(\tbridge-ports-c.*\n)/,
    "$2$1",
  );
  await applyInterfaces(machine, `${moved}#note\n`);
  expect(await drift()).toBe("");
});

test("it changes without the API, and the neighbours are told of the new address", async () => {
  await keep(change(MACS[0], 4));
  await machine.exec("ip link add tap101i0 type veth peer name guest0");
  await machine.exec("ip link set tap101i0 master vmbr1 up && ip link set guest0 up");

  await change(MACS[1]).keep();

  expect(await file()).toBe(written(MACS[1], "off", 0));
  expect(await shown()).toEqual([MACS[1], "0", "0", "fe80::ff:fe00:22/64"]);
  expect(await machine.exec("cat /proc/sys/net/ipv4/conf/vmbr1/arp_notify")).toMatchObject({
    stdout: "0\n",
  });
});

test("a change of it that nobody confirms goes back, by time and by power", async () => {
  await keep(change(MACS[0]));

  await change(MACS[1], 4).begin();
  await reaches("APPLIED");
  machine.advance(500);
  await reaches(undefined);
  expect([await file(), await shown()]).toEqual([
    written(MACS[0], "off", 0),
    [MACS[0], "0", "0", "fe80::ff:fe00:11/64"],
  ]);

  await change(MACS[1], 4).begin();
  await reaches("APPLIED");
  await machine.powerCut();
  await machine.powerOn();
  expect(await file()).toBe(written(MACS[0], "off", 0));
});

test("the address of a port stays when the ports change by themselves", async () => {
  await machine.exec("ip link add card0 type veth peer name far0 && ip link set card0 up");
  const { stdout } = await machine.exec("cat /sys/class/net/card0/address");
  const mac = stdout.trim();
  await keep(change("card0", 0, ["card0"]), INTERFACES + stanza("vmbr1", "card0"));

  expect(await file()).toBe(written(mac, "off", 0, "card0"));
  await machine.exec("ip link add tap101i0 address 00:00:00:00:00:02 type veth peer name guest0");
  await machine.exec("ip link set tap101i0 master vmbr1 up");
  expect((await shown())[0]).toBe(mac);
  expect(await drift()).toBe("");
});

test("what somebody has changed of it is drift, and is put right", async () => {
  await keep(change(MACS[0]));

  await machine.exec("sed -i 's/bridge-fd 0/bridge-fd 15/' /etc/network/interfaces");
  expect(await drift()).toContain(
    `/etc/network/interfaces: vmbr1: expected ${MACS[0]} off 0 ^(tap|veth|fwpr|fwln)[0-9]+, found ${MACS[0]} off 15`,
  );
  expect(await change(MACS[0]).begin("repair")).toMatchObject({ code: 0 });
  expect(await change(MACS[0]).confirm()).toMatchObject({ code: 0 });
  expect(await file()).toBe(written(MACS[0], "off", 0));

  await machine.exec(`ip link set dev vmbr1 address ${MACS[1]}`);
  expect(await drift()).toBe(
    `net: bridge vmbr1: expected ${MACS[0]} off 0, found ${MACS[1]} off 0`,
  );
});

test("a port that is not there is named before anything changes", async () => {
  const { code, stderr } = await change("eno7", 0, ["eno7"]).begin("bracket");

  expect([code, stderr]).toEqual([76, "eno7: expected, not found\n"]);
});

test("a wireless port is refused", async () => {
  await machine.exec(`mkdir -p /run/net/wlan0/phy80211 && echo ${MACS[0]} >/run/net/wlan0/address
    cd /sys/class/net && for one in *; do ln -s "$(readlink -f "$one")" "/run/net/$one"; done
    mount --bind /run/net /sys/class/net`);

  expect(await change("wlan0", 0, ["wlan0"]).begin("bracket")).toMatchObject({
    code: 76,
    stderr: "wlan0 is wireless and can not be a port of vmbr1: leave it out, and route to it\n",
  });
});
