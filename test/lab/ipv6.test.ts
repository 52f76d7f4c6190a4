import { join } from "node:path";
import { attach, detach, dhcp, exec, tcp } from "../../lab/client";
import { hostExec, labDown, labUp } from "../../lab/host/host";
import { foreignFrames, type ProviderIpv6, strictProvider } from "../../lab/host/provider";
import { until } from "../agent/machine";
import { says, scan, serve, serveProxied, type Server } from "./guest-servers";
import { hostSnapshot } from "./host-snapshot";
import { logins } from "./logins";
import { LabStack } from "./stack";

const MINUTE = 60_000;
const PUBLIC6 = "2001:db8:113::10";
const GUEST6 = "2001:db8:113:0:1::100";
const OUTSIDE6 = "2001:db8:51::80";

// The server's uplink: one address of each family, and an IPv6 default route that is advertised.
const SERVER = `
sed -i '/gateway 10.99.0.1/d; s|^iface enp1s0f0 inet manual|auto enp1s0f0\\niface enp1s0f0 inet static\\n\\taddress 203.0.113.10/24\\n\\tgateway 203.0.113.1\\n\\niface enp1s0f0 inet6 static\\n\\taddress ${PUBLIC6}/64\\n\\taccept_ra 1\\n\\tup sysctl -qw net.ipv6.conf.enp1s0f0.accept_ra_pinfo=0|' /etc/network/interfaces
ifreload -a
ifreload -a
ip -6 address flush dev enp1s0f0 scope global dynamic
`;

const SETTINGS: [(string | number)[], unknown][] = [
  [["uplinks", 1, "routerAdvertisements"], true],
  [
    ["networks", 0, "addresses"],
    ["192.168.0.1/24", "2001:db8:113:0:1::1/80"],
  ],
  [["networks", 0, "advertise"], false],
  [["networks", 0, "guests", 0, "address6"], GUEST6],
  [["networks", 0, "guests", 0, "routed"], []],
  [["allow", 0, "destinations"], [GUEST6]],
  [["ipv6"], { mode: "auto", targets: [OUTSIDE6] }],
  [
    ["proxies"],
    [
      { name: "web6", port: 80, address: "192.168.0.100" },
      { name: "tls6", port: 443, address: "192.168.0.100", targetPort: 8443, proxyProtocol: true },
    ],
  ],
];

let stack: LabStack;
let before: string;
const servers: Server[] = [];

const set = (path: readonly (string | number)[], value: unknown) => {
  const [key = "", ...rest] = path;
  stack.set([`proxmox-router:${key}`, ...rest], value);
};

const defaultRoute = async () =>
  (await hostExec("ip -6 route show default proto ra dev enp1s0f0")).stdout;

/** Have the provider's router advertise itself, as it does every half minute by itself. */
const advertise = () =>
  exec("wan", ["python3", join(__dirname, "../agent/advertise.py"), "eth0", "1800"]);

let foreign = 0;

/** Another provider takes over; what the one before has counted is kept. */
async function provide(ipv6: ProviderIpv6) {
  foreign += await foreignFrames();
  await strictProvider(ipv6);
}

/** Ask again, at another provider, put in force what fits, and give what the stack says of it. */
async function upWith(ipv6: ProviderIpv6, again: string) {
  await provide(ipv6);
  set(["ipv6", "again"], again);
  expect(await stack.up()).toMatchObject({ status: 0 });
  return stack.output("ipv6");
}

beforeAll(async () => {
  await labDown();
  await labUp();
  await hostExec(SERVER);
  await strictProvider("on-link");
  await advertise();
  await until("the default route", async () => (await defaultRoute()) !== "");
  before = await hostSnapshot();
  stack = await LabStack.create("lab-server");
  for (const [path, value] of SETTINGS) set(path, value);
}, 20 * MINUTE);

afterAll(async () => {
  for (const server of servers) server.kill();
  stack.remove();
  await labDown();
}, 2 * MINUTE);

test(
  "a preview asks nobody, and tells that it is not known yet",
  async () => {
    const { status, text } = await stack.preview();

    expect([status, text]).toEqual([0, expect.stringContaining("Ipv6Probe")]);
    expect((await hostExec("nft list ruleset; ls /var/lib/proxmox-router")).stdout).toBe("");
  },
  MINUTE,
);

test(
  "where the prefix is on-link, the host answers for the guest that has an address of it",
  async () => {
    expect(await stack.up()).toMatchObject({ status: 0 });
    expect(await stack.output("ipv6")).toContain(
      `ndp-proxy: ${OUTSIDE6} answered an address of 2001:db8:113:0:1::/80 only once the host answered for it on enp1s0f0`,
    );

    await attach("vmbr1", "vm1");
    await dhcp("vm1");
    const asked = await exec("vm1", ["python3", join(__dirname, "../net/dhcp6.py"), "eth0"]);
    expect(asked).toEqual({ code: 0, stderr: "", stdout: `${GUEST6} 259200\n` });
    await exec("vm1", ["ip", "address", "add", `${GUEST6}/128`, "dev", "eth0", "nodad"]);
    for (const port of [80, 443]) servers.push(await serve("vm1", port));
    servers.push(await serveProxied("vm1", 8443));

    expect(await says("out", GUEST6, 443)).toBe(`vm1:443 for ${OUTSIDE6}`);
    expect(await says("vm1", OUTSIDE6, 80)).toBe(`${GUEST6}\n`);
    expect((await tcp("out", GUEST6, 80)).outcome).toBe("refused");
    expect((await hostExec("ip -6 neighbour show proxy")).stdout.trim()).toBe(
      `${GUEST6} dev enp1s0f0 proxy`,
    );
  },
  3 * MINUTE,
);

test(
  "the advertised default route survives forwarding",
  async () => {
    expect(await defaultRoute()).toContain("default via fe80::");
    await hostExec("ip -6 route delete default dev enp1s0f0");

    await advertise();
    await until("the route", async () => (await defaultRoute()) !== "");
  },
  MINUTE,
);

test(
  "the answer is kept: another provider changes nothing, and nobody is asked",
  async () => {
    await provide("neither");
    const earlier = await logins();

    expect(await stack.up()).toEqual({
      status: 0,
      text: expect.not.stringMatching(/\d+ (created|updated|replaced|deleted)/) as string,
    });
    expect(await logins()).toBe(earlier);
  },
  MINUTE,
);

test(
  "where the prefix is routed, the host answers for nobody, and the guest is reached all the same",
  async () => {
    expect(await upWith("routed", "2")).toContain(
      `routed: ${OUTSIDE6} answered an address of 2001:db8:113:0:1::/80 that nothing answers for on enp1s0f0`,
    );

    expect(await says("out", GUEST6, 443)).toBe(`vm1:443 for ${OUTSIDE6}`);
    expect((await hostExec("ip -6 neighbour show proxy")).stdout).toBe("");
  },
  2 * MINUTE,
);

test(
  "where it is neither, the host's own address answers for the guest, which can be told who asks",
  async () => {
    expect(await upWith("neither", "3")).toContain(
      `tcp-proxy: ${OUTSIDE6} answered ${PUBLIC6}, the host's own, but no other address of 2001:db8:113:0:1::/80`,
    );

    expect(await says("out", PUBLIC6, 80)).toBe("vm1:80 for 192.168.0.1");
    expect((await tcp("out", GUEST6, 443)).outcome).not.toBe("connected");
    expect(await says("vm1", OUTSIDE6, 80)).toBe(`${PUBLIC6}\n`);
    expect(await scan("out", PUBLIC6)).toBe("80 443");
  },
  3 * MINUTE,
);

test(
  "where there is no IPv6, there is none, and everything else goes on",
  async () => {
    // First the provider, or it would advertise the route once more.
    await provide("none");
    await hostExec("ip -6 route delete default dev enp1s0f0");

    expect(await upWith("none", "4")).toContain(
      `off: enp1s0f0 has the IPv6 address ${PUBLIC6}, but no IPv6 default route`,
    );

    expect((await hostExec("ss -Hltn 'sport = :80'")).stdout).toBe("");
    expect(await says("out", "203.0.113.10", 80)).toBe("vm1:80 for 198.51.100.80");
  },
  2 * MINUTE,
);

test("nothing but the host's own card ever spoke to the provider", async () => {
  expect(foreign + (await foreignFrames())).toBe(0);
});

test(
  "destroy leaves the host as it was",
  async () => {
    expect(await stack.destroy()).toMatchObject({ status: 0 });
    await detach("vm1");

    expect(await hostSnapshot()).toBe(before);
  },
  3 * MINUTE,
);
