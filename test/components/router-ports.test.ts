import type * as pulumi from "@pulumi/pulumi";
import { PassthroughNic, RouterVm, type RouterVmArgs } from "../../components";
import { deploy } from "../mocks";

const node = { name: "pve", address: "192.0.2.10", privateKey: "KEY", hostKey: "ssh-ed25519 AAAA" };
const admin = { name: "vm0", bridge: "vmbr0", dhcp: true };
const wan = { name: "wan", port: 1, dhcp: true, defaultRoute: true };
const lan = { name: "lan", port: 0, addresses: ["192.168.100.1/24"] };
const args: RouterVmArgs = {
  node,
  vmId: 100,
  management: "vm0",
  authorizedKeys: [],
  interfaces: [admin, wan, lan],
};

/** A router whose card tells its ports only when it has been looked up. */
const router =
  (change: Partial<RouterVmArgs> = {}) =>
  (opts: pulumi.ComponentResourceOptions) => {
    const card = new PassthroughNic("card", { node, path: "0000:01:00" }, opts);
    const passed = { pciMappings: [card.mapping], ports: card.ports };
    return new RouterVm("edge", { ...args, ...passed, ...change }, opts);
  };

const inputs = async (program: ReturnType<typeof router>, preview: boolean) =>
  new Map((await deploy(program, { preview })).map(({ name, inputs }) => [name, inputs]));

test("ports are named by the MACs that the card turns out to have, in the declared order", async () => {
  const resources = await inputs(router(), false);
  const network = String(resources.get("edge-network")?.stdin);

  expect(network.match(/(?<=PermanentMACAddress=).*|(?<=^Name=).*/gm)).toEqual(
    expect.arrayContaining(["68:05:ca:00:01:01", "wan", "68:05:ca:00:01:00", "lan"]),
  );
  expect(network).toMatch(/PermanentMACAddress=68:05:ca:00:01:01\n\n\[Link\]\nName=wan\n/);
  expect(network).toMatch(/PermanentMACAddress=68:05:ca:00:01:00\n\n\[Link\]\nName=lan\n/);
  expect(String(resources.get("edge-seed")?.stdin)).toMatch(
    /wan:\s+match:\s+macaddress: 68:05:ca:00:01:01/,
  );
});

test("in the first preview the ports are unknown, and so is what names them, but not the guest", async () => {
  const resources = await inputs(router(), true);

  expect(resources.get("edge-seed")?.stdin).toEqual({ __pulumiUnknown: true });
  expect(resources.get("edge-network")?.stdin).toEqual({ __pulumiUnknown: true });
  expect(resources.get("edge-vm")).toMatchObject({ networkDevices: [{ bridge: "vmbr0" }] });
});

test.each<[Partial<RouterVmArgs>, string]>([
  [{}, "interfaces[1].port: no ports to count; expected the card's ports beside it"],
  [
    { ports: [], interfaces: [admin, wan, { ...lan, port: 1 }] },
    "interfaces[2].port: 1 is the same as interfaces[1].port; expected a port of its own",
  ],
  [
    { ports: [], interfaces: [admin, { ...wan, bridge: "vmbr1", mac: "68:05:ca:00:01:00" }] },
    "interfaces[1].bridge: port is declared too; expected one",
  ],
  [
    { ports: [], interfaces: [admin, { ...wan, port: -1 }] },
    "interfaces[1].port: got -1; expected an integer from 0 to 255",
  ],
  [{ management: undefined }, "management: missing; expected vm0, wan, lan"],
  [{ authorizedKeys: undefined }, "authorizedKeys: missing; expected public SSH keys"],
])("a router with %j is refused", (change, message) => {
  expect(() => new RouterVm("edge", { ...args, ...change })).toThrow(message);
});
