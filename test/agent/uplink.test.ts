// Needs root: machines made of namespaces, with a real sshd.
import { awaitRemovalCall, confirmRemovalCall, removeCall } from "../../agent/frame";
import { Machine, until } from "./machine";
import { applyInterfaces, proxmoxNetwork, stanza, writeInterfaces } from "./proxmox-network";
import { Change, status } from "./slices";

// As a person writes it, which is not how the API prints it.
const LO = "# my own file\nauto lo\niface lo inet loopback\n\n";
const OTHER = "\nauto eth7\niface eth7 inet manual\n";

let machine: Machine;
let own: string;
let router: string;
/** The file before anybody changes it. */
let before: string;

beforeEach(async () => {
  machine = await Machine.start();
  await proxmoxNetwork(machine);
  own = `${machine.address}/30`;
  router = machine.address.replace(/\d+$/, (last) => String(Number(last) - 1));
  before = `${LO}auto eth0\niface eth0 inet static\n    address ${own}\n    gateway ${router}\n    mtu 1500\n${OTHER}`;
  await writeInterfaces(machine, before);
  await machine.exec("ifreload -a");
});
afterEach(() => machine.stop());

interface Uplink {
  ports?: string[];
  addresses?: string[];
  gateways?: string[];
  free?: boolean;
  dhcp?: boolean;
}

const uplink = (change: Uplink = {}) => {
  const { ports = ["eth0"], free = true, dhcp = false } = change;
  const { addresses = dhcp ? [] : [own], gateways = dhcp ? [] : [router] } = change;
  return new Change(machine, [
    { kind: "bridge", name: "vmbr0", ports, free, addresses, declared: change },
    { kind: "stanza", name: "vmbr0", mac: "eth0", stp: false, forwardDelay: 0 },
    { kind: "uplink", name: "vmbr0", ports, free, dhcp, gateways },
  ]);
};
const call = ({ command, stdin }: ReturnType<typeof removeCall>) => machine.ssh(command, stdin);
const file = async () => (await machine.exec("cat /etc/network/interfaces")).stdout;
const drift = async () =>
  (await machine.ssh("sh /usr/local/lib/proxmox-router/agent drift")).stdout.trim();
const reaches = (wanted: string | undefined) =>
  until(`state ${String(wanted)}`, async () => {
    const { open } = await status(machine);
    return open?.split(" ")[2] === wanted;
  });

/** The file without what the card had, as the API prints it. */
const bared = () =>
  `${LO}auto eth0\niface eth0 inet manual\n\tmtu 1500\n${OTHER}`.replace("# my own file\n", "");
/** The bridge, as the API prints it. */
const made = (address = `\taddress ${own}\n\tgateway ${router}\n`) =>
  stanza("vmbr0", "eth0")
    .replace("manual\n", `${address && "static"}\n${address}`)
    .trimEnd() + "\n";

/** Have the API make the bridge, and keep it. */
async function keep(change: Change, text = bared() + made()): Promise<void> {
  expect(await change.begin("bracket")).toMatchObject({ code: 0, stderr: "" });
  await applyInterfaces(machine, text);
  await reaches("APPLIED");
  expect(await change.confirm()).toMatchObject({ code: 0 });
}

test("a card's address and gateway move to a bridge in one reload, and back with the same bytes", async () => {
  const change = uplink();
  expect(await change.begin("bracket")).toMatchObject({ code: 0 });
  // What the API reads; nothing has been reloaded.
  expect(await file()).toBe(`${LO}auto eth0\niface eth0 inet manual\n    mtu 1500\n${OTHER}`);
  expect((await machine.exec("ip -o -4 address show dev eth0")).stdout).toContain(own);
  await applyInterfaces(machine, bared() + made());
  await reaches("APPLIED");
  expect(await change.confirm()).toMatchObject({ code: 0 });

  expect((await machine.exec("ip -o route show default")).stdout).toMatch(/ dev vmbr0 /);
  expect(await drift()).toBe("");
  expect((await uplink().begin()).stdout).toContain("UNCHANGED");

  expect(await call(removeCall("net", true))).toMatchObject({ code: 0 });
  expect(await file()).toContain(
    before.slice(before.indexOf("iface eth0"), before.indexOf("auto eth7")),
  );
  const waiting = call(awaitRemovalCall("net"));
  await applyInterfaces(machine, before.replace(/^#.*\n/, "").replaceAll("    ", "\t"));
  expect(await waiting).toMatchObject({ code: 0 });
  expect(await call(confirmRemovalCall("net", true))).toMatchObject({ code: 0 });

  expect(await file()).toBe(before);
  expect((await machine.exec("ls /var/lib/proxmox-router 2>/dev/null")).stdout).toBe("");
});

test("an API that does otherwise is answered by the file of before, byte by byte", async () => {
  const wrong = bared() + made().replace(own, own.replace(/\.\d+\//, ".253/"));
  await uplink().begin("bracket");
  await applyInterfaces(machine, wrong);
  machine.advance(140);
  await reaches(undefined);
  expect([await file(), (await status(machine)).last]).toEqual([
    before,
    `net rolled back: the Proxmox API did not make its part of the change: address ${own} on vmbr0: expected, not found`,
  ]);
  expect(await machine.ssh("true")).toMatchObject({ code: 0 });
});

test.each(["before", "after"])(
  "power lost %s the API has answered brings back the file of before",
  async (when) => {
    const redirects = {
      kind: "sysctl",
      key: "net/ipv4/conf/all/send_redirects",
      value: 0,
    } as const;
    await new Change(machine, [redirects], "other").keep();
    await uplink().begin("bracket");
    expect(await file()).not.toBe(before);
    if (when === "after") {
      await applyInterfaces(machine, bared() + made());
      await reaches("APPLIED");
    }
    await machine.powerCut();
    await machine.powerOn();

    expect(await file()).toBe(before);
    expect((await status(machine)).last).toContain("the machine was restarted");
  },
);

test("a removal that nobody confirms, or power cuts short, keeps the bridge", async () => {
  await keep(uplink());
  // The card of this machine gets another one at each start.
  const kept = async () => (await file()).replace(/hwaddress.*/, "");
  const confirmed = await kept();

  await call(removeCall("net", true));
  await applyInterfaces(machine, before);
  await reaches("APPLIED");
  expect((await machine.exec("ip -o -4 address show dev eth0")).stdout).toContain(own);
  machine.advance(500);
  await reaches(undefined);
  expect([await kept(), await drift()]).toEqual([confirmed, ""]);

  await call(removeCall("net", true));
  expect(await kept()).not.toBe(confirmed);
  await machine.powerCut();
  await machine.powerOn();
  expect(await kept()).toBe(confirmed);
});

test("what is not declared, or would go on on the card, is refused with both sides named", async () => {
  const foreign = `eth0 has the address ${own}: declare it in the addresses of vmbr0, or take it off eth0 first`;
  const says = async (change: Uplink) => (await uplink(change).begin("bracket")).stderr;

  expect(await says({ free: false, gateways: [] })).toContain(
    `eth0 has ${own} in /etc/network/interfaces: take it out there, or set allowManagementChange for vmbr0 to take it over`,
  );
  expect(await says({ addresses: ["10.9.9.9/24"] })).toContain(foreign);
  expect(await says({ dhcp: true })).toContain(foreign);
  expect(await says({ gateways: [] })).toBe(
    `the default route over eth0 leads to ${router}: declare it in the gateways of vmbr0\n`,
  );
  const silent = router.replace(/\d+$/, "250");
  expect(await says({ gateways: [silent] })).toBe(
    `gateway ${silent} of vmbr0: nobody on eth0 answers for it, where the default route is ${router}\n`,
  );
  await writeInterfaces(
    machine,
    `${before.replace("    mtu 1500", `    post-up ip route add 10.0.0.0/8 via ${router} dev eth0\n    up ethtool -K eth0 tso off`)}\tgateway 10.8.8.8\n`,
  );
  expect((await says({})).split("\n")).toEqual([
    `eth0 has "post-up ip route add 10.0.0.0/8 via ${router} dev eth0" in /etc/network/interfaces, which eth0 would go on to do: take it out first`,
    `gateway ${router} of vmbr0: eth7 leads to another in /etc/network/interfaces, 10.8.8.8: take one of them out`,
    "",
  ]);
  await writeInterfaces(machine, `${LO}iface eth0 inet manual\n`);
  expect(await says({})).toBe(
    `eth0 has the address ${own}, of which /etc/network/interfaces says nothing: move it there first\n`,
  );
  await machine.exec(
    "ip link add name vmbr9 type bridge && ip link add card0 master vmbr9 type veth",
  );
  expect(await says({ ports: ["eth0", "card0"] })).toContain(
    "card0 is a port of vmbr9 already: take it out there, or leave it out of the ports of vmbr0",
  );
});

test("a lease moves by the agent's own hand once the API has made the bridge", async () => {
  before = before.replace("static", "dhcp").replace(/ +(address|gateway).*\n/g, "");
  await machine.exec(`echo ${own} >/run/fake/lease`);
  await writeInterfaces(machine, before);
  const dhcp = bared() + made("");
  await keep(uplink({ dhcp: true }), dhcp);

  expect(await file()).toContain("iface vmbr0 inet dhcp\n");
  expect((await machine.exec("ip -o -4 address show dev vmbr0")).stdout).toContain(own);
  // The API forgets it with each change of the bridge.
  await applyInterfaces(machine, dhcp);
  expect(await drift()).toContain("vmbr0");
  await keep(uplink({ dhcp: true }), `${dhcp}#note\n`);
  expect(await drift()).toBe("");
});
