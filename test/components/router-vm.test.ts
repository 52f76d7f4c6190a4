import type * as pulumi from "@pulumi/pulumi";
import { Firewall, PassthroughNic, RouterVm, type RouterVmArgs, VmBridge } from "../../components";
import { deploy } from "../mocks";

const node = {
  name: "pve",
  address: "192.0.2.10",
  privateKey: "NODE-KEY",
  hostKey: "ssh-ed25519 AAAAnode",
};
const args: RouterVmArgs = {
  node,
  vmId: 100,
  management: "vm0",
  authorizedKeys: [
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICiTzn7mGAZ+LluSPntbgp2DJm035Y4UDwRj8lNIVD26",
  ],
  interfaces: [
    { name: "vm0", bridge: "vmbr0", dhcp: true },
    { name: "wan", mac: "68:05:ca:00:01:00", dhcp: true, defaultRoute: true },
    { name: "lan", mac: "68:05:ca:00:01:01", addresses: ["192.168.100.1/24"] },
  ],
};

test("a router is seeded before its guest, and asked who it is after", async () => {
  const resources = await deploy((opts) => new RouterVm("edge", args, opts));

  expect(resources.map(({ type, name }) => [type, name])).toEqual([
    ["proxmox-router:index:RouterVm", "edge"],
    ["command:remote:Command", "edge-seed"],
    ["proxmoxve:index/vmLegacy:VmLegacy", "edge-vm"],
    ["command:remote:Command", "edge-identity"],
    ["command:remote:Command", "edge-network"],
  ]);
  expect(resources.slice(1).every(({ urn }) => urn.includes("index:RouterVm$"))).toBe(true);
});

test("only interfaces on a bridge become virtual NICs, in order and with a pinned MAC", async () => {
  const resources = await deploy((opts) => new RouterVm("edge", args, opts));
  const vm = resources.find(({ name }) => name === "edge-vm");

  expect(vm?.inputs.networkDevices).toEqual([
    {
      bridge: "vmbr0",
      macAddress: expect.stringMatching(/^02(:[0-9A-F]{2}){5}$/) as string,
      model: "virtio",
      firewall: false,
    },
  ]);
});

test("a router's network is one slice, which goes with its guest", async () => {
  const resources = await deploy((opts) => new RouterVm("edge", args, opts));
  const { connection, stdin, ...rest } = resources.at(-1)?.inputs as Record<string, string>;

  expect(Object.keys(rest).sort()).toEqual(["addPreviousOutputInEnv", "logging"]);
  expect(connection).not.toHaveProperty("vmId");
  expect(stdin?.split("\n").filter((line) => /^(slice|owner|confirm|failure) /.test(line))).toEqual(
    [
      "slice edge-network",
      "owner proxmox-router/test/edge-network",
      "confirm 120",
      "failure reboot",
    ],
  );
  expect(stdin?.match(/^(file|aside|networkd|service|enable) ?.*$/gm)).toEqual([
    "file /etc/systemd/network/10-vm0.link 0644 boot files/1",
    "file /etc/systemd/network/10-wan.link 0644 boot files/2",
    "file /etc/systemd/network/10-lan.link 0644 boot files/3",
    "file /etc/systemd/network/20-vm0.network 0644 live files/4",
    "file /etc/systemd/network/20-wan.network 0644 live files/5",
    "file /etc/systemd/network/20-lan.network 0644 live files/6",
    "file /etc/systemd/resolved.conf.d/10-proxmox-router.conf 0644 live files/7",
    "aside /etc/netplan/*.yaml",
    "aside /etc/systemd/network/10-cloud-init-*",
    "aside /run/systemd/network/10-netplan-*",
    "networkd",
    "service systemd-resolved.service restart",
    "enable systemd-networkd.service",
    "enable systemd-resolved.service",
  ]);
});

test("a preview registers the same resources as an update", async () => {
  const program = (opts: pulumi.ComponentResourceOptions) => new RouterVm("edge", args, opts);
  const names = (list: { name: string }[]) => list.map(({ name }) => name);

  expect(names(await deploy(program, { preview: true }))).toEqual(names(await deploy(program)));
});

test("no private key is readable in what a program registers", async () => {
  const resources = await deploy((opts) => {
    const router = new RouterVm("edge", args, opts);
    return new Firewall(
      "filter",
      {
        connection: router.connection,
        policy: { management: { interface: "vm0" }, zones: [], flows: [] },
      },
      opts,
    );
  });
  const plain = resources.map(({ inputs }) => JSON.stringify({ ...inputs, connection: null }));

  expect(resources.filter(({ inputs }) => inputs.connection)).toHaveLength(5);
  expect(plain.filter((text) => text.includes("NODE-KEY"))).toEqual([]);
});

test.each([
  [{ vmId: 99 }, "vmId: got 99; expected an integer from 100 to 999999999"],
  [{ template: 9 }, "template: got 9; expected an integer from 100 to 999999999"],
  [{ datastore: "x; reboot" }, 'datastore: got "x; reboot"; expected a storage id'],
  [{ snippets: "$(reboot)" }, 'snippets: got "$(reboot)"; expected a storage id'],
  [{ node: { ...node, name: "pve reboot" } }, 'node.name: got "pve reboot"; expected a node name'],
  [
    { node: { ...node, address: "-oProxyCommand=reboot" } },
    'node.address: got "-oProxyCommand=reboot"; expected an IP address or a DNS name',
  ],
  [
    { authorizedKeys: ["-----BEGIN OPENSSH PRIVATE KEY-----"] },
    "authorizedKeys[0]: this is a private key; expected one line such as ssh-ed25519 AAAA… name",
  ],
  [{ confirmTimeout: 29 }, "confirmTimeout: got 29; expected an integer from 30 to 3600 seconds"],
  [{ management: "vm9" }, 'management: unknown interface "vm9"; expected vm0, wan, lan'],
  [{ management: "lan2" }, 'management: unknown interface "lan2"'],
  [
    { interfaces: [{ name: "vm0", dhcp: true }] },
    "interfaces[0]: none of bridge, mac and port; expected one of them",
  ],
  [
    {
      interfaces: [
        ...args.interfaces.slice(0, 2),
        {
          name: "lan",
          mac: "68:05:ca:00:01:01",
          addresses: ["192.168.100.1/24"],
          pool: { from: "192.168.100.10", to: "192.168.100.250" },
          reservations: [{ mac: "bc:24:11:00:00:01", address: "192.168.100.1" }],
        },
      ],
    },
    "interfaces[2].reservations[0].address: 192.168.100.1 is the same as interfaces[2].addresses[0]; expected an address of its own",
  ],
])("a router with %j is refused", (change, message) => {
  expect(() => new RouterVm("edge", { ...args, ...change })).toThrow(message);
});

test("a router whose name is no host name is refused", () => {
  expect(() => new RouterVm("Edge; reboot", args)).toThrow("name: ");
});

test("a bridge is portless and a card is mapped by its root address", async () => {
  const resources = await deploy((opts) => [
    new VmBridge("inside", { node, bridgeName: "vmbr1" }, opts),
    new PassthroughNic("card", { node, path: "0000:01:00" }, opts),
  ]);

  expect(resources.find(({ name }) => name === "inside-vmbr1-bridge")?.inputs).toEqual({
    nodeName: "pve",
    name: "vmbr1",
    ports: [],
    comment: "inside",
    autostart: true,
  });
  expect(resources.find(({ name }) => name === "card-mapping")?.inputs).toEqual({
    name: "card",
    comment: "card: 68:05:ca:00:01:00 68:05:ca:00:01:01",
    maps: [
      {
        node: "pve",
        path: "0000:01:00",
        id: "8086:1521",
        subsystemId: "8086:0001",
        iommuGroup: 11,
      },
    ],
  });
});

test.each([
  [
    "br-0",
    'bridgeName: got "br-0"; expected br and a number up to 9999, after up to four letters, such as vmbr1',
  ],
  ["vmbr1;reboot", "bridgeName: got"],
])("a bridge called %j is refused", (bridgeName, message) => {
  expect(() => new VmBridge("inside", { node, bridgeName })).toThrow(message);
});

test.each([
  [{ path: "01:00.0" }, 'path: got "01:00.0"; expected a PCI address such as 0000:01:00'],
  [{ path: undefined }, "path: missing, and so is mac; expected one of them"],
  [{ mac: "68:05:ca:00:01:00" }, "mac: path is declared too; expected one of them"],
  [
    { path: undefined, mac: "01:00:5e:00:01:00" },
    'mac: got "01:00:5e:00:01:00"; expected a unicast MAC',
  ],
  [{ wholeCard: true }, "wholeCard: path says it already; expected it beside mac only"],
  [
    { path: undefined, mac: "68:05:ca:00:01:00", wholeCard: "yes" as never },
    'wholeCard: got "yes"; expected true or false',
  ],
  [{ mapping: "a,b" }, 'mapping: got "a,b"; expected an id: a letter, then letters, digits, _ -'],
])("a card with %j is refused", (change, message) => {
  const card = { node, path: "0000:01:00", ...change };

  expect(() => new PassthroughNic("card", card)).toThrow(message);
});
