import { VmBridge, type VmBridgeArgs } from "../../components";
import { deploy } from "../mocks";

const node = { name: "pve", address: "192.0.2.10", privateKey: "KEY", hostKey: "ssh-ed25519 AAAA" };
const uplink = {
  node,
  bridgeName: "vmbr0",
  ports: ["eno1"],
  addresses: ["192.0.2.10/24"],
  gateways: ["192.0.2.1"],
  allowManagementChange: true,
} satisfies VmBridgeArgs;

/** What the declaration of bridges, one after the other, says. */
async function said(...bridges: VmBridgeArgs[]): Promise<string> {
  let message = "";
  await deploy((opts) => {
    try {
      bridges.forEach((args) => new VmBridge(args.bridgeName, args, opts));
    } catch (error) {
      message = (error as Error).message;
    }
  });
  return message;
}

test("an uplink's address and router are a matter of the API's bridge", async () => {
  const resources = await deploy((opts) => new VmBridge("uplink", uplink, opts));

  expect(resources.find(({ name }) => name === "uplink-vmbr0-bridge")?.inputs).toEqual({
    nodeName: "pve",
    name: "vmbr0",
    ports: ["eno1"],
    address: "192.0.2.10/24",
    gateway: "192.0.2.1",
    comment: "uplink",
    autostart: true,
  });
});

test("an uplink that nobody has allowed is refused before anything is registered", async () => {
  expect(await said({ ...uplink, allowManagementChange: false })).toContain(
    'allowManagementChange: false, yet gateways for ports ["eno1"]; expected true, or no uplink',
  );
});

test("a port in two bridges of a host is refused, on two hosts it is not", async () => {
  const other = { node, bridgeName: "vmbr7", ports: ["eno2", "eno1"] };

  expect(await said(uplink, other)).toContain(
    'ports[1]: "eno1" is a port of vmbr0; expected each port in one bridge',
  );
  expect(await said(uplink, { ...other, node: { ...node, name: "pve2" } })).toBe("");
});
