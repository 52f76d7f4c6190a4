import * as pulumi from "@pulumi/pulumi";
import { Ipv6Probe, type Ipv6ProbeArgs } from "../../components";
import { deploy } from "../mocks";

const node = { name: "pve", address: "192.0.2.10", privateKey: "KEY", hostKey: "ssh-ed25519 AAAA" };
const args: Ipv6ProbeArgs = { node, uplink: "vmbr0", network: "2001:db8:113::/64" };

const asked = async (change: Partial<Ipv6ProbeArgs> = {}) => {
  let probe: Ipv6Probe | undefined;
  const resources = await deploy((opts: pulumi.ComponentResourceOptions) => {
    probe = new Ipv6Probe("ipv6", { ...args, ...change }, opts);
  });
  const [, command] = resources;
  const told = () =>
    new Promise((resolve) => pulumi.all([probe?.mode, probe?.reason]).apply(resolve));
  return { command, told };
};

test("what the node says becomes a mode, and the reason for it", async () => {
  const { command, told } = await asked();

  expect(command?.inputs).toMatchObject({ create: "sh -s", logging: "none" });
  expect(command?.inputs.stdin).toMatch(
    /^UPLINK=vmbr0\nROUTED=2001:db8:113:0:[0-9a-f:]+\nON_LINK=2001:db8:113:0:[0-9a-f:]+\nTARGETS='2606:4700:4700::1111 2001:4860:4860::8888'\n/,
  );
  expect(await told()).toEqual([
    "ndp-proxy",
    "2001:db8:51::80 answered an address of 2001:db8:113::/64 only once the host answered for it on vmbr0: the provider looks for each address there",
  ]);
});

test("another question is another resource, and nothing else is", async () => {
  const name = async (change: Partial<Ipv6ProbeArgs>) => (await asked(change)).command?.name ?? "";
  const first = await name({});

  expect(await name({ targets: ["2001:db8::1"], node: { ...node, privateKey: "OTHER" } })).toBe(
    first,
  );
  const others = [
    await name({ again: "2" }),
    await name({ uplink: "vmbr1" }),
    await name({ network: "2001:db8:114::/64" }),
  ];
  expect(new Set([first, ...others]).size).toBe(4);
});

test.each<[string, Partial<Ipv6ProbeArgs>, string]>([
  [
    "a device that ends the script's line",
    { uplink: "a;reboot" },
    'uplink: got "a;reboot"; expected an interface name, ^[a-z][a-z0-9._-]*$, of at most 15 bytes',
  ],
  ["IPv4", { network: "192.168.0.0/24" }, 'network: got "192.168.0.0/24"; expected IPv6 such as'],
  [
    "an address in place of its network",
    { network: "2001:db8::1/64" },
    'network: got "2001:db8::1/64", with host bits set; expected 2001:db8::/64',
  ],
  [
    "a network of few addresses",
    { network: "2001:db8::/120" },
    "network: 2001:db8::/120 holds few addresses; expected a prefix of /112 at most",
  ],
  [
    "a name to ask",
    { targets: ["one.one.one.one"] },
    'targets[0]: got "one.one.one.one"; expected an IP address, not a name',
  ],
  [
    "many to ask",
    { targets: ["::1", "::2", "::3", "::4"].map((end) => `2001:db8${end}`) },
    "targets: got 4; expected three at most: each takes seconds",
  ],
])("%s is refused", (_, change, message) => {
  expect(() => new Ipv6Probe("ipv6", { ...args, ...change })).toThrow(message);
});
