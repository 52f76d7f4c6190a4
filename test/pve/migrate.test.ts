import { freshEmulator, type Sent } from "./emulator";

const emulator = freshEmulator();
const VM = "/nodes/pve/qemu/100";
const CLUSTER = `nodelist {
  node {
    name: pve
    ring0_addr: 10.99.0.2
  }
  node {
    name: pve2
    ring0_addr: 10.99.0.4
  }
}
`;
const OPERATOR = {
  authorization: "PVEAPIToken=operator@pve!lab=66666666-7777-8888-9999-000000000000",
};

const migrate = (sent: Sent, headers?: Readonly<Record<string, string>>) =>
  emulator.current.ask("POST", `${VM}/migrate`, sent, headers);
const start = () => emulator.current.done("POST", `${VM}/status/start`);
const lastLine = async () => {
  const [task] = (await emulator.current.done("GET", "/nodes/pve/tasks", {
    typefilter: "qmigrate",
  })) as { upid: string }[];
  const path = `/nodes/pve/tasks/${task?.upid ?? ""}/log`;
  const lines = (await emulator.current.done("GET", path)) as { t: string }[];
  return lines.at(-2)?.t;
};

beforeEach(async () => {
  emulator.current.write("etc/pve/corosync.conf", CLUSTER);
  await emulator.current.clone();
});

test("a VM goes neither to its own node nor to an unknown one, nor running unasked", async () => {
  expect((await migrate({ target: "pve" })).errors).toEqual({ target: "target is local node." });
  expect((await migrate({ target: "pve3" })).reason).toBe("no such cluster node 'pve3'");
  await start();
  expect((await migrate({ target: "pve2" })).reason).toBe(
    "can't migrate running VM without --online",
  );
  const secure = { target: "pve2", online: 1, migration_type: "secure" };
  expect((await migrate(secure, OPERATOR)).errors).toEqual({
    migration_type: "Only root may use this option.",
  });
});

test.each<[string, Sent, string]>([
  [
    "a device of the node",
    { hostpci0: "host=0000:01:00.0" },
    "can't migrate VM which uses local devices: hostpci0",
  ],
  [
    "a disk that the other node does not have",
    { description: "local" },
    "can't live migrate attached local disks without with-local-disks option",
  ],
])("%s keeps a running VM where it is, unlocked", async (_, sent, says) => {
  await emulator.current.done("PUT", `${VM}/config`, sent);
  await start();

  expect(await emulator.current.done("POST", `${VM}/migrate`, { target: "pve2", online: 1 })).toBe(
    "migration aborted",
  );
  expect(await lastLine()).toMatch(
    new RegExp(`ERROR: migration aborted \\(duration .*\\): ${says}$`),
  );
  expect(await emulator.current.config()).not.toHaveProperty("lock");
});

test("what is in the way can be asked for beforehand", async () => {
  expect(await emulator.current.done("GET", `${VM}/migrate`)).toMatchObject({
    running: 0,
    allowed_nodes: ["pve2"],
    local_disks: [{ drivename: "ide2" }, { drivename: "scsi0" }],
    local_resources: [],
  });
});

test("a VM that does not run goes with its configuration, and its id stays taken", async () => {
  await emulator.current.done("POST", "/nodes/pve/qemu", { vmid: 101, name: "moved" });

  expect(
    await emulator.current.done("POST", "/nodes/pve/qemu/101/migrate", { target: "pve2" }),
  ).toBe("OK");
  expect(emulator.current.read("etc/pve/nodes/pve2/qemu-server/101.conf")).toMatch(
    /^name: moved$/m,
  );
  expect((await emulator.current.ask("POST", "/nodes/pve/qemu", { vmid: 101 })).reason).toBe(
    "unable to create VM 101 - VM 101 already exists on node 'pve2'",
  );
});
