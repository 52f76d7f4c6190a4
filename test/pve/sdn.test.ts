import { freshEmulator } from "./emulator";

const emulator = freshEmulator();
const SDN = "/cluster/sdn";

async function zoneWithSubnet(): Promise<void> {
  await emulator.current.done("POST", `${SDN}/zones`, { zone: "z1", type: "simple", mtu: 1400 });
  await emulator.current.done("POST", `${SDN}/vnets`, { vnet: "vn1", zone: "z1" });
  await emulator.current.done("POST", `${SDN}/vnets/vn1/subnets`, {
    subnet: "10.9.0.0/24",
    type: "subnet",
    gateway: "10.9.0.1",
    snat: 1,
    "dhcp-range": ["start-address=10.9.0.10,end-address=10.9.0.20"],
  });
}

test("objects are pending until they are applied", async () => {
  await zoneWithSubnet();
  const pending = await emulator.current.done("GET", `${SDN}/zones/z1`, { pending: 1 });
  expect(pending).toMatchObject({
    zone: "z1",
    state: "new",
    pending: { type: "simple", mtu: 1400 },
  });

  expect(await emulator.current.done("PUT", SDN)).toBe("OK");
  const applied = await emulator.current.done("GET", `${SDN}/zones/z1`, { pending: 1 });
  expect(applied).toMatchObject({ zone: "z1", type: "simple", mtu: 1400 });
  expect(applied).not.toHaveProperty("state");
  expect(emulator.current.read("etc/network/interfaces.d/sdn")).toContain(
    "auto vn1\niface vn1\n\taddress 10.9.0.1/24\n\tbridge_ports none\n",
  );
});

test("a subnet is named after its zone and read back with its ranges", async () => {
  await zoneWithSubnet();
  const path = `${SDN}/vnets/vn1/subnets`;
  expect(await emulator.current.done("GET", path)).toMatchObject([{ subnet: "z1-10.9.0.0-24" }]);
  expect(await emulator.current.done("GET", `${path}/z1-10.9.0.0-24`)).toMatchObject({
    vnet: "vn1",
    gateway: "10.9.0.1",
    snat: 1,
    "dhcp-range": [{ "start-address": "10.9.0.10", "end-address": "10.9.0.20" }],
  });
});

test("what is in use is not deleted, and repeated delete parameters are understood", async () => {
  await zoneWithSubnet();
  expect((await emulator.current.ask("DELETE", `${SDN}/zones/z1`)).status).toBe(500);
  expect((await emulator.current.ask("DELETE", `${SDN}/vnets/vn1`)).status).toBe(500);
  await emulator.current.done("PUT", `${SDN}/zones/z1`, { delete: ["mtu", "nodes"] });
  expect(await emulator.current.done("GET", `${SDN}/zones/z1`)).not.toHaveProperty("mtu");
});

test("an apply ends OK even when the node's reload failed, which only the log tells", async () => {
  await zoneWithSubnet();
  emulator.current.backend.reloadError = "command 'ifreload -a' failed: exit code 1";
  const { data } = await emulator.current.ask("PUT", SDN);
  const { tasks } = emulator.current.app.pve;
  await tasks.finished(String(data));
  expect(tasks.state(String(data))?.exitstatus).toBe("OK");
  expect(tasks.log(String(data)).join("\n")).toContain("ifreload -a' failed: exit code 1");
  const reloads = (await emulator.current.done("GET", "/nodes/pve/tasks", {
    typefilter: "srvreload",
  })) as { status: string }[];
  expect(reloads[0]?.status).toBe("command 'ifreload -a' failed: exit code 1");
});
