import { freshEmulator } from "./emulator";

const emulator = freshEmulator();
const GIB = 2 ** 30;
const CLONE = "/nodes/pve/qemu/9000/clone";

test("what is provisioned counts against a storage's size", async () => {
  const status = () => emulator.current.done("GET", "/nodes/pve/storage/local-lvm/status");
  const before = (await status()) as { used: number; total: number };
  await emulator.current.clone();
  const after = (await status()) as { used: number; avail: number };
  expect(after.used - before.used).toBe(2 * GIB + 4 * 2 ** 20);
  expect(after.avail).toBe(before.total - after.used);
});

test("a clone that does not fit fails with its task and leaves nothing", async () => {
  emulator.current.faults({ storage: { "local-lvm": { total: 3 * GIB } } });

  expect(await emulator.current.done("POST", CLONE, { newid: 100, full: 1 })).toBe(
    "clone failed: lvcreate 'pve/vm-100-disk-0' error:   Cannot create new thin volume, free space in thin pool pve/data reached threshold.",
  );
  expect((await emulator.current.ask("GET", "/nodes/pve/qemu/100/config")).status).toBe(500);
  const volumes = await emulator.current.done("GET", "/nodes/pve/storage/local-lvm/content");
  expect((volumes as { vmid: number }[]).map(({ vmid }) => vmid)).toEqual([9000, 9000]);
});

test("a disk grows by bytes or by a sum, and never shrinks", async () => {
  await emulator.current.clone();
  const resize = (size: string) =>
    emulator.current.done("PUT", "/nodes/pve/qemu/100/resize", { disk: "scsi0", size });

  expect(await resize(String(4 * GIB))).toBe("OK");
  expect(await resize("+1G")).toBe("OK");
  expect((await emulator.current.config())["scsi0"]).toBe("local-lvm:vm-100-disk-0,size=5G");
  expect(await resize("1G")).toBe("shrinking disks is not supported");
  expect(await resize("100T")).toMatch(/exceeds free space in thin pool pve\/data\.$/);
  expect((await emulator.current.config())["scsi0"]).toBe("local-lvm:vm-100-disk-0,size=5G");
});

test("a disk moves to another storage", async () => {
  await emulator.current.done("POST", "/storage", {
    storage: "second",
    type: "dir",
    path: "/var/lib/second",
    content: "images",
  });
  await emulator.current.clone();
  const sent = { disk: "scsi0", storage: "second", delete: 1 };
  expect(await emulator.current.done("POST", "/nodes/pve/qemu/100/move_disk", sent)).toBe("OK");
  expect((await emulator.current.config())["scsi0"]).toBe("second:100/vm-100-disk-0.qcow2,size=2G");
  expect(emulator.current.app.pve.storages.size("local-lvm:vm-100-disk-0")).toBeUndefined();
});

test("an upload lands on the storage and is listed", async () => {
  const boundary = "edge";
  const part = (head: string, content: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n`;
  const { status, body } = await emulator.current.raw({
    method: "POST",
    path: "/api2/json/nodes/pve/storage/local/upload",
    headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
    payload: `${part('name="content"', "iso")}${part('name="filename"; filename="a b.iso"', "image")}--${boundary}--\r\n`,
  });
  expect(status).toBe(200);
  const { data } = JSON.parse(body) as { data: string };
  await emulator.current.app.pve.tasks.finished(data);

  expect(emulator.current.app.pve.tasks.state(data)?.exitstatus).toBe("OK");
  const path = "/nodes/pve/storage/local/content";
  expect(await emulator.current.done("GET", path, { content: "iso" })).toMatchObject([
    { volid: "local:iso/a_b.iso", size: 5, format: "iso" },
  ]);
});

test("an existing file is not downloaded over", async () => {
  emulator.current.write("var/lib/vz/import/x.qcow2", "old");
  const end = await emulator.current.done("POST", "/nodes/pve/storage/local/download-url", {
    content: "import",
    filename: "x.qcow2",
    url: "http://127.0.0.1:9/x.qcow2",
  });
  expect(end).toMatch(/^refusing to override existing file '/);
});
