import { attach, detach, dhcp, type Lease, tcp } from "../../lab/client";
import { hostExec, labDown, labUp, powerCut } from "../../lab/host/host";
import type { SegmentName } from "../../lab/host/segments";
import { hostSnapshot } from "./host-snapshot";
import { logins } from "./logins";
import { says, scan, serve, type Server } from "./guest-servers";
import { echoOn, HeldConnection } from "./held-connection";
import { LabStack } from "./stack";

const MINUTE = 60_000;
// Each reached from its own side.
const UPLINKS = [
  ["out", "203.0.113.10"],
  ["admin", "10.99.0.2"],
] as const;
const MAC = "52:54:00:9a:8a:d1";
const PUBLIC = UPLINKS[0][1];

// A second uplink beside the one of the lab, with the way out.
const SECOND_UPLINK = `
sed -i '/gateway 10.99.0.1/d; s|^iface enp1s0f0 inet manual|auto enp1s0f0\\niface enp1s0f0 inet static\\n\\taddress ${PUBLIC}/24\\n\\tgateway 203.0.113.1\\n\\tpre-up sysctl -qw net.ipv6.conf.enp1s0f0.accept_ra=0|' /etc/network/interfaces
ifreload -a
ifreload -a
`;

// What systemd-networkd could leave behind, beside what a snapshot has.
const ACTIVE = "systemctl is-active systemd-networkd.service systemd-networkd.socket";
const NETWORKD = `${ACTIVE}
systemctl is-enabled systemd-networkd.service systemd-networkd.socket
ls /var/lib/systemd/network/dhcp-server-lease 2>/dev/null
ip rule show`;

let stack: LabStack;
let before: string;
let servers: Server[] = [];

const state = async () => `${await hostSnapshot()}${(await hostExec(NETWORKD)).stdout}`;

/** Start both guests, as after each boot of the host, and what they answer with. */
async function startGuests(): Promise<Lease[]> {
  for (const server of servers) server.kill();
  servers = [];
  const leases = [];
  for (const client of ["vm1", "vm2"] as const) {
    await attach("virbr0", client);
    leases.push(await dhcp(client));
  }
  for (const port of [80, 9999]) servers.push(await serve("vm1", port));
  servers.push(await echoOn("vm1", 443), await serve("admin", 80));
  return leases;
}

async function echoes(client: SegmentName, address: string): Promise<string> {
  const connection = await HeldConnection.open(client, address, 443);
  try {
    return await connection.echo("hello");
  } finally {
    connection.close();
  }
}

/** Both forwards, and a new SSH connection to the host, from the side of each uplink. */
const seen = async () =>
  Promise.all(
    UPLINKS.map(async ([client, address]) => [
      await says(client, address, 80),
      await echoes(client, address),
      (await says(client, address, 22)).slice(0, 8),
    ]),
  );
const WORKING = [
  ["vm1:80 for 198.51.100.80", "hello", ""],
  ["vm1:80 for 10.99.0.3", "hello", "SSH-2.0-"],
];

beforeAll(async () => {
  await labDown();
  await labUp();
  await hostExec(SECOND_UPLINK);
  before = await state();
  stack = await LabStack.create("lab-nat");
}, 20 * MINUTE);

afterAll(async () => {
  for (const server of servers) server.kill();
  stack.remove();
  await labDown();
}, 2 * MINUTE);

test(
  "one update makes the network, and systemd-networkd gives guests their addresses",
  async () => {
    const { status, text } = await stack.up();
    expect([status, text]).toEqual([0, expect.stringContaining("tcp 443 -> 10.10.0.200:443")]);
    expect((await hostExec("cat /sys/class/net/virbr0/address")).stdout.trim()).toBe(MAC);

    const [reserved, pooled] = await startGuests();

    expect(reserved).toMatchObject({
      address: "10.10.0.200",
      prefix: 24,
      routers: ["10.10.0.1"],
      dns: ["1.1.1.1"],
    });
    const host = Number(/^10\.10\.0\.(\d+)$/.exec(pooled?.address ?? "")?.[1]);
    expect([host >= 20 && host <= 119, pooled?.dns]).toEqual([true, ["1.1.1.1"]]);
  },
  3 * MINUTE,
);

test(
  "web arrives through both uplinks and from inside, guests get out by both",
  async () => {
    expect(await seen()).toEqual(WORKING);
    expect(await says("vm2", PUBLIC, 80)).toMatch(/^vm1:80 for /);
    // Where Proxmox's firewall has what crosses a bridge filtered, it would have to leave by its port.
    await hostExec("sysctl -w net.bridge.bridge-nf-call-iptables=0");
    expect(await says("vm1", PUBLIC, 80)).toMatch(/^vm1:80 for /);
    await hostExec("sysctl -w net.bridge.bridge-nf-call-iptables=1");
    expect(await says("vm2", "198.51.100.80", 80)).toContain(PUBLIC);
    expect(await says("vm2", "10.99.0.3", 80)).toBe("admin:80 for 10.99.0.2");
    expect((await tcp("vm2", "10.10.0.1", 22)).outcome).toBe("refused");
  },
  MINUTE,
);

test(
  "a scan of all ports from outside finds what is declared and nothing else",
  async () => {
    expect(await scan("out", PUBLIC)).toBe("80 443");
  },
  3 * MINUTE,
);

test(
  "dnsmasq takes over from systemd-networkd in place, and the bridge keeps its address",
  async () => {
    stack.set(["proxmox-router:topology"], "single-ip-host");

    expect(await stack.up()).toMatchObject({ status: 0 });

    const { stdout } = await hostExec(`ip -br address show virbr0; ${ACTIVE}`);
    expect(stdout).toMatch(/ 10\.10\.0\.1\/24 [^]*\ninactive\ninactive\n$/);
    expect((await dhcp("vm2")).dns).toEqual(["10.10.0.1"]);
  },
  2 * MINUTE,
);

test(
  "it gives way again with a guest and a forward more, and a connection of another guest lives on",
  async () => {
    stack.set(["proxmox-router:topology"], "nat-bridge");
    stack.set(["proxmox-router:networks", 0, "guests", 1], {
      name: "new",
      mac: "52:54:00:99:03:02",
      address: "10.10.0.201",
    });
    stack.set(["proxmox-router:forwards", 2], {
      name: "new",
      protocol: "tcp",
      port: 8080,
      address: "10.10.0.201",
      targetPort: 80,
    });
    const held = await HeldConnection.open("out", PUBLIC, 443);

    const earlier = await logins();

    expect(await stack.up()).toMatchObject({ status: 0 });

    expect((await logins()) - earlier).toBe(2 * 2);
    expect(await held.echo("still there")).toBe("still there");
    expect(await dhcp("vm2")).toMatchObject({ address: "10.10.0.201", dns: ["1.1.1.1"] });
    servers.push(await serve("vm2", 80));
    expect(await says("out", PUBLIC, 8080)).toBe("vm2:80 for 198.51.100.80");
    expect(await seen()).toEqual(WORKING);
  },
  3 * MINUTE,
);

test(
  "an update without a change connects to nothing",
  async () => {
    const earlier = await logins();
    const { status, text } = await stack.up();

    expect([status, text]).toEqual([
      0,
      expect.not.stringMatching(/\d+ (created|updated|replaced|deleted)/),
    ]);
    expect(await logins()).toBe(earlier);
    expect(await seen()).toEqual(WORKING);
  },
  2 * MINUTE,
);

test(
  "a power cut of the host ends nothing for long, with nobody running pulumi",
  async () => {
    await powerCut();

    const leases = await startGuests();
    expect(leases.map(({ address }) => address)).toEqual(["10.10.0.200", "10.10.0.201"]);
    expect(await seen()).toEqual(WORKING);
  },
  3 * MINUTE,
);

test(
  "destroy leaves the host as it was, systemd-networkd too",
  async () => {
    expect(await stack.destroy()).toMatchObject({ status: 0 });
    for (const client of ["vm1", "vm2"] as const) await detach(client);

    expect(await state()).toBe(before);
  },
  3 * MINUTE,
);
