import * as pulumi from "@pulumi/pulumi";
import {
  Firewall,
  HostKernel,
  Ipv6Probe,
  PassthroughNic,
  RoutedGuests,
  RouterVm,
  SriovVfSet,
  VmBridge,
} from "../../components";
import { homePolicy } from "../home";
import { deploy } from "../mocks";

const SECRET = "correct-horse-battery-staple";
const node = { name: "pve", address: "192.0.2.10", privateKey: "KEY", hostKey: "ssh-ed25519 AAAA" };
const router = {
  node,
  vmId: 100,
  management: "vm0",
  authorizedKeys: [],
  interfaces: [{ name: "vm0", bridge: "vmbr0", dhcp: true }],
};
const GUEST = { host: "10.99.0.1", privateKey: "KEY", hostKey: "ssh-ed25519 AAAA" };
const routed = {
  networkName: "guests",
  bridgeName: "vmbr9",
  addresses: ["10.254.254.1/24"],
  guests: [
    { name: "app", interface: "tap100i0", mac: "bc:24:11:00:00:01", address: "10.254.254.2" },
  ],
};
const connection = { ...GUEST, proxy: { ...GUEST, port: 22, user: "root" } };
const later = [
  ["an Output", () => pulumi.output(SECRET)],
  ["a secret", () => pulumi.secret(SECRET)],
] as const;

/** What a program that no compiler has seen is told, and what it has registered by then. */
async function refusal(program: (opts: pulumi.ComponentResourceOptions) => unknown) {
  let message = "";
  const registered = await deploy((opts) => {
    try {
      program(opts);
    } catch (error) {
      message = (error as Error).message;
    }
  });
  return { message, names: registered.map(({ name }) => name) };
}

const named: Record<string, (name: string, opts: pulumi.ComponentResourceOptions) => unknown> = {
  Firewall: (name, opts) => new Firewall(name, { connection, policy: homePolicy }, opts),
  HostKernel: (name, opts) => new HostKernel(name, { node }, opts),
  Ipv6Probe: (name, opts) =>
    new Ipv6Probe(name, { node, uplink: "vmbr0", network: "2001:db8::/64" }, opts),
  RoutedGuests: (name, opts) => new RoutedGuests(name, { connection, ...routed }, opts),
  RouterVm: (name, opts) => new RouterVm(name, router, opts),
  VmBridge: (name, opts) => new VmBridge(name, { node, bridgeName: "vmbr1" }, opts),
  SriovVfSet: (name, opts) => new SriovVfSet(name, { node, card: "0000:01:00.0", count: 2 }, opts),
  PassthroughNic: (name, opts) => new PassthroughNic(name, { node, path: "0000:01:00" }, opts),
};
const components = Object.keys(named).flatMap((component) =>
  later.map(([kind, value]) => ({ component, kind, value })),
);

test.each(components)("$kind can not name a $component, nor anything in it", async (one) => {
  const told = await refusal((opts) => named[one.component]?.(one.value() as never, opts));

  expect(told).toEqual({
    message: "name: got an Output; expected plain text, known by now",
    names: [],
  });
});

const bridge = (change: object) => (opts: pulumi.ComponentResourceOptions) =>
  new VmBridge("inside", { node, bridgeName: "vmbr1", ...change }, opts);
const card = (change: object) => (opts: pulumi.ComponentResourceOptions) =>
  new PassthroughNic("card", { node, path: "0000:01:00", ...change }, opts);
const functions = (change: object) => (opts: pulumi.ComponentResourceOptions) =>
  new SriovVfSet("vfs", { node, card: "0000:01:00.0", count: 2, ...change }, opts);
const machine = (change: object) => (opts: pulumi.ComponentResourceOptions) =>
  new RouterVm("edge", { ...router, ...change }, opts);
const filter = (change: object) => (opts: pulumi.ComponentResourceOptions) =>
  new Firewall("edge", { connection, policy: { ...homePolicy, ...change } }, opts);

type Build = (change: object) => (opts: pulumi.ComponentResourceOptions) => unknown;

const fields: readonly [Build, (value: unknown) => object, string][] = [
  [bridge, (bridgeName) => ({ bridgeName }), "bridgeName: got an Output; expected br and a"],
  [bridge, (name) => ({ node: { ...node, name } }), "node.name: got an Output; expected a node"],
  [card, (mapping) => ({ mapping }), "mapping: got an Output; expected an id: a letter"],
  [card, (path) => ({ path }), "path: got an Output; expected a PCI address"],
  [functions, (card) => ({ card }), "card: got an Output; expected a permanent MAC address"],
  [functions, (count) => ({ count }), "count: got an Output; expected an integer from 1 to 256"],
  [functions, (mac) => ({ vfs: [{ mac }] }), "vfs[0].mac: got an Output; expected text"],
  [machine, (vmId) => ({ vmId }), "vmId: got an Output; expected an integer from 100"],
  [machine, (datastore) => ({ datastore }), "datastore: got an Output; expected a storage id"],
  [
    machine,
    (management) => ({ management }),
    "management: unknown interface an Output; expected vm0",
  ],
  [
    machine,
    (name) => ({ interfaces: [...router.interfaces, { name, bridge: "vmbr1" }] }),
    "interfaces[1].name: got an Output; expected plain data, known by now",
  ],
  [
    filter,
    (name) => ({ zones: [{ name, interfaces: ["lan"] }] }),
    "zones[0].name: got an Output; expected plain data, known by now",
  ],
];

test.each(
  fields.flatMap(([build, change, message]) =>
    later.map(([kind, value]) => ({ build, change, message, kind, value })),
  ),
)("$kind in place of a name is told by its path: $message", async (one) => {
  const { message, names } = await refusal(one.build(one.change(one.value())));

  expect(message).toContain(one.message);
  expect(`${message} ${names.join(" ")}`).not.toMatch(/Calling|\[object|correct-horse/);
  // Only the component itself, which has a name.
  expect(names.length).toBe(1);
});

test("a policy that is not known in a preview stays unknown", async () => {
  const registered = await deploy(
    (opts) => {
      const { address } = new RouterVm("edge", router, opts);
      const policy = address.apply((host) => ({
        ...homePolicy,
        addresses: [{ interface: "vm0", address: `${host}/24` }],
      }));
      return new Firewall("filter", { connection, policy }, opts);
    },
    { preview: true },
  );

  const filter = registered.find(({ name }) => name === "filter-filter");
  expect(filter?.inputs.stdin).toEqual({ __pulumiUnknown: true });
});

test.each([
  [{ port: 70_000 }, "node.port: got 70000; expected an integer from 1 to 65535"],
  [{ port: "22" }, 'node.port: got "22"; expected an integer from 1 to 65535'],
  [{ user: "-oProxyCommand=reboot" }, 'node.user: got "-oProxyCommand=reboot"; expected a user'],
  [{ user: "root@pam" }, 'node.user: got "root@pam"; expected a user name'],
  [{ address: "root@10.0.0.1" }, 'node.address: got "root@10.0.0.1"; expected an IP address'],
  [{ address: "10.0.0.1:22" }, 'node.address: got "10.0.0.1:22"; expected an IP address'],
  [{ address: 5 }, "node.address: got 5; expected an IP address or a DNS name"],
])("a node with %j is refused", async (change, message) => {
  const told = await refusal(bridge({ node: { ...node, ...change } }));

  expect(told.message).toContain(message);
});
