import { type Sent, freshEmulator } from "./emulator";

const emulator = freshEmulator();
const CARD = "id=8086:1521,iommugroup=11,node=pve,path=0000:01:00,subsystem-id=8086:0001";
const port = (index: number) =>
  `id=8086:1521,iommugroup=${11 + index},node=pve,path=0000:01:00.${index},subsystem-id=8086:0001`;

const start = (vmid = 100) => emulator.current.done("POST", `/nodes/pve/qemu/${vmid}/status/start`);
const configure = (sent: Sent, vmid = 100) =>
  emulator.current.done("PUT", `/nodes/pve/qemu/${vmid}/config`, sent);
const map = (id: string, ...lines: string[]) =>
  emulator.current.done("POST", "/cluster/mapping/pci", { id, map: lines });
const logOf = async (type: string) => {
  const tasks = (await emulator.current.done("GET", "/nodes/pve/tasks", { typefilter: type })) as {
    upid: string;
  }[];
  const path = `/nodes/pve/tasks/${tasks[0]?.upid ?? ""}/log`;
  return ((await emulator.current.done("GET", path)) as { t: string }[]).map(({ t }) => t);
};

beforeEach(() => emulator.current.clone());

test("a VM starts, shows its state, and stops", async () => {
  expect(await start()).toBe("OK");
  expect(await emulator.current.done("GET", "/nodes/pve/qemu/100/status/current")).toMatchObject({
    status: "running",
    qmpstatus: "running",
    vmid: 100,
    pid: 1100,
    agent: 1,
  });
  expect(await start()).toBe("VM 100 already running");
  const path = "/nodes/pve/qemu/100/status/shutdown";
  expect(await emulator.current.done("POST", path, { timeout: 1, forceStop: 1 })).toBe("OK");
  expect(await emulator.current.done("GET", "/nodes/pve/qemu/100/status/current")).toMatchObject({
    status: "stopped",
  });
});

test.each([
  ["a bridge is absent", { net0: "virtio,bridge=vmbr7" }, "bridge 'vmbr7' does not exist"],
  [
    "a mapping is absent",
    { hostpci0: "mapping=nowhere" },
    "PCI device mapping not found for 'nowhere'",
  ],
  ["a device is absent", { hostpci0: "host=0000:05:00" }, "no PCI device found for '0000:05:00'"],
])("a start fails when %s, although the configuration was accepted", async (_when, sent, end) => {
  await configure(sent);
  expect(await start()).toBe(end);
});

test.each(["ide1", "ide3"])("a q35 machine does not start with %s", async (key) => {
  await configure({ [key]: "file=none,media=cdrom," });
  expect(await start()).toBe("start failed: QEMU exited with code 1");
  expect((await logOf("qmstart")).join("\n")).toContain(
    "Can't create IDE unit 1, bus supports only 1 units",
  );
});

test("a template does not start, nor does a locked VM", async () => {
  expect(await start(9000)).toBe("you can't start a vm if it's a template");
  await configure({ lock: "backup" });
  expect(await start()).toBe("VM is locked (backup)");
});

test("a card's root address takes every port of it", async () => {
  await map("card", CARD);
  await configure({ hostpci0: "mapping=card,pcie=1" });
  expect(await start()).toBe("OK");
  const ports = emulator.current.backend.running.get("100")?.plan.ports;
  expect(ports?.map(({ link, mac }) => `${link} ${mac}`)).toEqual([
    "enp1s0f0 68:05:ca:00:01:00",
    "enp1s0f1 68:05:ca:00:01:01",
    "enp1s0f2 68:05:ca:00:01:02",
    "enp1s0f3 68:05:ca:00:01:03",
  ]);
});

test("a device is in one running VM only, and free again when that has stopped", async () => {
  await map("card", CARD);
  await emulator.current.clone(110);
  await configure({ hostpci0: "mapping=card" });
  await configure({ hostpci0: "host=0000:01:00" }, 110);

  expect(await start(110)).toBe("OK");
  expect(await start()).toBe("PCI device '0000:01:00.0' already in use by VMID '110'");
  await emulator.current.done("POST", "/nodes/pve/qemu/110/status/stop");
  expect(await start()).toBe("OK");
});

test("a pool hands out one device each until none is free", async () => {
  await map("pool", port(0), port(1));
  await configure({ hostpci0: "mapping=pool", hostpci1: "mapping=pool" });
  expect(await start()).toBe("OK");
  await emulator.current.clone(110);
  await configure({ hostpci1: "mapping=pool" }, 110);
  expect(await start(110)).toBe("could not find a free device for 'hostpci1'");
});

test.each([
  [
    "without its IOMMU group",
    CARD.replace("iommugroup=11,", ""),
    "missing expected property 'iommugroup' for device '0000:01:00'",
  ],
  [
    "with a wrong vendor id",
    CARD.replace("8086:1521", "8086:ffff"),
    "'id' does not match for 'card' (8086:1521 != 8086:ffff)",
  ],
])(
  "a mapping %s is accepted, reported by check-node and refused at the start",
  async (_how, line, why) => {
    expect(await map("card", line)).toBeNull();
    const list = await emulator.current.done("GET", "/cluster/mapping/pci", {
      "check-node": "pve",
    });
    expect(list).toMatchObject([
      { id: "card", checks: [{ severity: "error", message: `Invalid configuration: ${why}` }] },
    ]);
    await configure({ hostpci0: "mapping=card" });
    expect(await start()).toBe(`PCI device mapping invalid (hardware probably changed): ${why}`);
  },
);

test("a mapping is read back as it was sent, and deleting an absent one is no error", async () => {
  await map("card", CARD);
  expect(await emulator.current.done("GET", "/cluster/mapping/pci/card")).toMatchObject({
    id: "card",
    type: "pci",
    map: [CARD],
  });
  await emulator.current.done("PUT", "/cluster/mapping/pci/card", {
    description: "x",
    delete: "mdev",
  });
  expect(await emulator.current.done("GET", "/cluster/mapping/pci/card")).toMatchObject({
    description: "x",
    map: [CARD],
  });
  const remove = () => emulator.current.ask("DELETE", "/cluster/mapping/pci/card");
  expect([(await remove()).status, (await remove()).status]).toEqual([200, 200]);
});

test("startall starts what starts with the node, in its order", async () => {
  await emulator.current.clone(101);
  await emulator.current.clone(102);
  await configure({ onboot: 1, startup: "order=2" });
  await configure({ onboot: 1, startup: "order=1" }, 102);

  expect(await emulator.current.done("POST", "/nodes/pve/startall")).toBe("OK");
  expect([...emulator.current.backend.running.keys()]).toEqual(["102", "100"]);
  expect(await emulator.current.done("POST", "/nodes/pve/stopall")).toBe("OK");
  expect(emulator.current.backend.running.size).toBe(0);
});

test("agent calls answer as Proxmox wraps them", async () => {
  await start();
  const { agentAnswers } = emulator.current.backend;
  const base = "/nodes/pve/qemu/100/agent";
  const silent = await emulator.current.ask("POST", `${base}/ping`);
  agentAnswers.set("guest-ping", {});
  agentAnswers.set("guest-network-get-interfaces", [{ name: "lo" }]);
  agentAnswers.set("guest-exec", { pid: 7 });
  agentAnswers.set("guest-exec-status", { exited: true, exitcode: 3, "out-data": "aGkK" });

  expect(silent.reason).toBe("QEMU guest agent is not running");
  expect(await emulator.current.done("POST", `${base}/ping`)).toEqual({ result: {} });
  expect(await emulator.current.done("GET", `${base}/network-get-interfaces`)).toEqual({
    result: [{ name: "lo" }],
  });
  expect(await emulator.current.done("POST", `${base}/exec`, { command: ["id", "-u"] })).toEqual({
    pid: 7,
  });
  expect(await emulator.current.done("GET", `${base}/exec-status`, { pid: 7 })).toEqual({
    exited: 1,
    exitcode: 3,
    "out-data": "hi\n",
  });
  await configure({ agent: "enabled=0" });
  await emulator.current.done("POST", "/nodes/pve/qemu/100/status/stop");
  await start();
  expect((await emulator.current.ask("POST", `${base}/ping`)).reason).toBe(
    "No QEMU guest agent configured",
  );
});
