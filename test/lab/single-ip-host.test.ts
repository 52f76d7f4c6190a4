import { attach, detach, dhcp, exec, ping } from "../../lab/client";
import { run } from "../../lab/host/command";
import { hostExec, labDown, labUp, powerCut } from "../../lab/host/host";
import { inNetns } from "../../lab/host/netns";
import { netnsOf, type SegmentName } from "../../lab/host/segments";
import { hostSnapshot } from "./host-snapshot";
import { logins } from "./logins";
import { says, scan, serve, type Server } from "./guest-servers";
import { LabStack } from "./stack";

const MINUTE = 60_000;
const PUBLIC = "203.0.113.10";
const PUBLIC6 = "2001:db8:113::10";
// From the uplink's own networks: the host answers for them.
const ON_LINK = ["203.0.113.50", "2001:db8:113::50"];
const GUEST6 = "fd93:7a1c:8:5688::100";

// The server's uplink: one public address, and a prefix that the provider routes to it. The default
// route comes with the second reload.
const SERVER = `
sed -i '/gateway 10.99.0.1/d; s|^iface enp1s0f0 inet manual|auto enp1s0f0\\niface enp1s0f0 inet static\\n\\taddress ${PUBLIC}/24\\n\\tgateway 203.0.113.1\\n\\niface enp1s0f0 inet6 static\\n\\taddress ${PUBLIC6}/64\\n\\tgateway 2001:db8:113::1\\n\\tup sysctl -qw net.ipv6.conf.enp1s0f0.accept_ra=0|' /etc/network/interfaces
ifreload -a
ifreload -a
`;

let stack: LabStack;
let before: string;
let servers: Server[] = [];

/** Start both guests, as after each boot of the host, and what they answer with. */
async function startGuests(): Promise<string[]> {
  for (const server of servers) server.kill();
  servers = [];
  const leases = [];
  for (const client of ["vm1", "vm2"] as const) {
    await attach("vmbr1", client);
    const lease = await dhcp(client);
    leases.push(`${lease.address}/${lease.prefix} ${lease.leaseSeconds} ${lease.dns.join(" ")}`);
  }
  await exec("vm1", ["ip", "address", "add", `${GUEST6}/64`, "dev", "eth0", "nodad"]);
  for (const address of ON_LINK)
    await exec("vm1", ["ip", "address", "add", address, "dev", "eth0", "nodad"]);
  await exec("vm1", [
    "ip",
    "route",
    "replace",
    "default",
    "via",
    "fd93:7a1c:8:5688::1",
    "dev",
    "eth0",
  ]);
  for (const port of [22, 80, 443, 9999]) servers.push(await serve("vm1", port));
  for (const port of [22, 25]) servers.push(await serve("vm2", port));
  return leases;
}

/** All four forwards from outside, and what they see of whoever asks. */
const forwards = async (client: SegmentName) =>
  Promise.all([1234, 80, 5678, 25].map((port) => says(client, PUBLIC, port)));
const ANSWERS = ["vm1:22", "vm1:80", "vm2:22", "vm2:25"].map((one) => `${one} for 198.51.100.80`);

beforeAll(async () => {
  await labDown();
  await labUp();
  await hostExec(SERVER);
  await run(
    inNetns(netnsOf("wan"), ["ip", "route", "add", "fd93:7a1c:8:5688::/64", "via", PUBLIC6]),
  );
  before = await hostSnapshot();
  stack = await LabStack.create("lab-server");
}, 20 * MINUTE);

afterAll(async () => {
  for (const server of servers) server.kill();
  stack.remove();
  await labDown();
}, 2 * MINUTE);

test(
  "one update makes the network, and guests get their addresses",
  async () => {
    const { status, text } = await stack.up();

    expect([status, text]).toEqual([0, expect.stringContaining("tcp 1234 -> 192.168.0.100:22")]);
    expect(await startGuests()).toEqual([
      "192.168.0.100/24 259200 192.168.0.1",
      "192.168.0.200/24 259200 192.168.0.1",
    ]);
  },
  3 * MINUTE,
);

test(
  "the four forwards answer from outside, from the neighbour network and from inside",
  async () => {
    expect(await forwards("out")).toEqual(ANSWERS);
    expect(await says("admin", "10.99.0.2", 80)).toMatch(/^vm1:80 for 10\.99\.0\.3$/);
    for (let again = 0; again < 3; again += 1)
      expect(await says("vm2", PUBLIC, 80)).toMatch(/^vm1:80 for /);
  },
  MINUTE,
);

test(
  "guests reach the outside by the host's address, and over their own IPv6 address",
  async () => {
    expect(await says("vm1", "198.51.100.80", 80)).toContain(PUBLIC);
    expect(await says("out", GUEST6, 443)).toBe("vm1:443 for 2001:db8:51::80");
  },
  MINUTE,
);

test(
  "a guest has addresses from the uplink's own networks, and nobody answers for others",
  async () => {
    expect(await Promise.all(ON_LINK.map((address) => says("out", address, 443)))).toEqual([
      "vm1:443 for 198.51.100.80",
      "vm1:443 for 2001:db8:51::80",
    ]);
    const others = ["203.0.113.51", "2001:db8:113::51"];
    for (const address of [...ON_LINK, ...others]) await ping("wan", address);
    const seen = await exec("wan", ["ip", "neighbour", "show"]);
    const known = (address: string) =>
      new RegExp(`^${address} .*lladdr 68:05:ca:00:01:00`, "m").test(seen.stdout);
    expect([ON_LINK.map(known), others.map(known)]).toEqual([
      [true, true],
      [false, false],
    ]);
  },
  MINUTE,
);

test(
  "a scan of all ports from outside finds what is declared and nothing else",
  async () => {
    const scans = [PUBLIC, PUBLIC6, GUEST6].map((address) => scan("out", address));

    expect(await Promise.all(scans)).toEqual(["25 80 1234 5678", "", "443"]);
  },
  5 * MINUTE,
);

test(
  "a second update changes nothing and connects to nothing",
  async () => {
    const earlier = await logins();
    const { status, text } = await stack.up();

    expect([status, text]).toEqual([
      0,
      expect.not.stringMatching(/\d+ (created|updated|replaced|deleted)/),
    ]);
    expect(await logins()).toBe(earlier);
  },
  2 * MINUTE,
);

test(
  "a guest and a forward more change two components, and no flow of others loses a packet",
  async () => {
    stack.set(["proxmox-router:networks", 0, "guests", 2], {
      name: "new",
      mac: "52:54:00:99:03:09",
      address: "192.168.0.201",
    });
    stack.set(["proxmox-router:forwards", 4], {
      name: "new",
      protocol: "tcp",
      port: 8080,
      address: "192.168.0.201",
    });
    const earlier = await logins();
    const flow = exec("vm1", ["ping", "-q", "-i", "0.01", "-c", "1500", "198.51.100.80"], {
      timeoutMs: MINUTE,
    });

    expect(await stack.up()).toMatchObject({ status: 0 });

    expect((await flow).stdout).toContain(
      "1500 packets transmitted, 1500 received, 0% packet loss",
    );
    expect((await logins()) - earlier).toBe(2 * 2);
    expect(await forwards("out")).toEqual(ANSWERS);
  },
  3 * MINUTE,
);

test(
  "a power cut of the host ends nothing for long, with nobody running pulumi",
  async () => {
    await powerCut();

    await startGuests();
    expect(await forwards("out")).toEqual(ANSWERS);
    expect(await says("vm2", PUBLIC, 80)).toMatch(/^vm1:80 for /);
  },
  3 * MINUTE,
);

test(
  "destroy leaves the host as it was",
  async () => {
    expect(await stack.destroy()).toMatchObject({ status: 0 });
    for (const client of ["vm1", "vm2"] as const) await detach(client);

    expect(await hostSnapshot()).toBe(before);
  },
  3 * MINUTE,
);
