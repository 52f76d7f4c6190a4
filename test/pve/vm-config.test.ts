import { freshEmulator } from "./emulator";

const emulator = freshEmulator();
const CONFIG = "/nodes/pve/qemu/100/config";

beforeEach(() => emulator.current.clone());

test.each([
  [
    "net1",
    "model=virtio,bridge=vmbr0,firewall=0",
    /^virtio=BC:24:11(:[0-9A-F]{2}){3},bridge=vmbr0,firewall=0$/,
  ],
  [
    "net1",
    "model=e1000,macaddr=bc:24:11:00:00:01,tag=7,rate=1.000000",
    /^e1000=BC:24:11:00:00:01,rate=1.000000,tag=7$/,
  ],
  ["tags", "b;a", /^a;b$/],
  ["tags", "Lab,router,lab", /^lab;router$/],
  ["ide0", "file=none,media=cdrom,", /^none,media=cdrom$/],
  ["ide3", "file=cdrom,media=cdrom,", /^cdrom,media=cdrom$/],
  ["hostpci0", "host=0000:01:00,pcie=1,rombar=0,x-vga=0", /^0000:01:00,pcie=1,rombar=0,x-vga=0$/],
  [
    "hostpci0",
    "mapping=absent,pcie=1,rombar=1,x-vga=0",
    /^mapping=absent,pcie=1,rombar=1,x-vga=0$/,
  ],
  ["cipassword", "secret", /^\*{10}$/],
  ["description", "first\nsecond 100%\n", /^first\nsecond 100%$/],
  ["sshkeys", "ssh-ed25519%20AAAA%0Assh-rsa%20BBBB", /^ssh-ed25519%20AAAA%0Assh-rsa%20BBBB$/],
  ["boot", "order=scsi0;net0", /^order=scsi0;net0$/],
  ["ipconfig0", "gw=10.0.0.1,ip=10.0.0.5/24", /^gw=10.0.0.1,ip=10.0.0.5\/24$/],
  [
    "scsi1",
    "file=local-lvm:4,format=raw,size=4294967296,aio=io_uring,backup=1",
    /^local-lvm:vm-100-disk-1,aio=io_uring,backup=1,size=4G$/,
  ],
  [
    "efidisk0",
    "file=local-lvm:1,format=raw,efitype=4m,pre-enrolled-keys=1",
    /^local-lvm:vm-100-disk-1,efitype=4m,pre-enrolled-keys=1,size=528K$/,
  ],
])("%s = %j is stored the way Proxmox stores it", async (key, value, stored) => {
  expect(await emulator.current.done("PUT", CONFIG, { [key]: value })).toBeNull();
  expect((await emulator.current.config())[key]).toMatch(stored);
});

test("a NIC keeps its address when it is set again without one", async () => {
  await emulator.current.done("PUT", CONFIG, { net0: "model=virtio,bridge=vmbr0" });
  const before = (await emulator.current.config())["net0"];
  await emulator.current.done("PUT", CONFIG, { net0: "model=virtio,bridge=vmbr0" });
  expect((await emulator.current.config())["net0"]).toBe(before);
});

test("a password is kept as a hash only", async () => {
  await emulator.current.done("PUT", CONFIG, { cipassword: "top secret" });
  const file = emulator.current.read("etc/pve/qemu-server/100.conf");
  expect(file).toMatch(/^cipassword: \$5\$\S+$/m);
  expect(file).not.toContain("top secret");
});

test("values have the JSON types that the provider reads", async () => {
  await emulator.current.done("PUT", CONFIG, { onboot: 1, memory: 2048, cores: 2, balloon: 0 });
  expect(await emulator.current.config()).toMatchObject({
    onboot: 1,
    memory: "2048",
    cores: 2,
    balloon: 0,
  });
});

test("a clone has its own addresses, disks and cloud-init drive", async () => {
  const template = await emulator.current.config(9000);
  const clone = await emulator.current.config();

  expect(clone["net0"]).not.toBe(template["net0"]);
  expect(clone["smbios1"]).not.toBe(template["smbios1"]);
  expect(clone).toMatchObject({
    scsi0: "local-lvm:vm-100-disk-0,size=2G",
    ide2: "local-lvm:vm-100-cloudinit,media=cdrom,size=4M",
    name: "Copy-of-VM-debian-13",
  });
  expect(clone).not.toHaveProperty("template");
  expect(clone).not.toHaveProperty("lock");
});

test("the cloud-init drive is taken off and put back elsewhere", async () => {
  await emulator.current.done("PUT", CONFIG, { delete: "ide2" });
  expect(emulator.current.app.pve.storages.size("local-lvm:vm-100-cloudinit")).toBeUndefined();

  await emulator.current.done("PUT", CONFIG, { ide0: "file=local-lvm:cloudinit," });
  expect((await emulator.current.config())["ide0"]).toBe("local-lvm:vm-100-cloudinit,media=cdrom");
});

test("a disk that is taken off becomes unused, and its volume goes with that entry", async () => {
  await emulator.current.done("PUT", CONFIG, { delete: "scsi0" });
  expect(await emulator.current.config()).toMatchObject({ unused0: "local-lvm:vm-100-disk-0" });

  await emulator.current.done("PUT", CONFIG, { delete: "unused0" });
  expect(emulator.current.app.pve.storages.size("local-lvm:vm-100-disk-0")).toBeUndefined();
});

test("deleting keys that are not set is no error", async () => {
  const keys = { delete: "net5,serial1,hostpci3,vcpus" };
  expect(await emulator.current.done("PUT", CONFIG, keys)).toBeNull();
});

test("PUT answers at once with null, POST with a task", async () => {
  expect((await emulator.current.ask("PUT", CONFIG, { cores: 2 })).data).toBeNull();
  expect((await emulator.current.ask("POST", CONFIG, { cores: 3 })).data).toMatch(
    /^UPID:pve:[0-9A-F]{8}:[0-9A-F]{8}:[0-9A-F]{8}:qmconfig:100:root@pam:$/,
  );
});

test("what a running guest cannot take waits for its next start", async () => {
  await emulator.current.done("POST", "/nodes/pve/qemu/100/status/start");
  await emulator.current.done("PUT", CONFIG, { memory: 1024, name: "new", delete: "serial0" });

  const current = await emulator.current.done("GET", CONFIG, { current: 1 });
  const pending = await emulator.current.done("GET", "/nodes/pve/qemu/100/pending");
  expect(current).toMatchObject({ memory: "512", name: "new", serial0: "socket" });
  expect(await emulator.current.config()).toMatchObject({ memory: "1024" });
  expect(pending).toContainEqual({ key: "memory", value: "512", pending: "1024" });
  expect(pending).toContainEqual({ key: "serial0", value: "socket", delete: 1 });

  await emulator.current.done("POST", "/nodes/pve/qemu/100/status/stop");
  await emulator.current.done("POST", "/nodes/pve/qemu/100/status/start");
  expect(await emulator.current.done("GET", CONFIG, { current: 1 })).toMatchObject({
    memory: "1024",
  });
  expect(emulator.current.backend.running.get("100")?.plan.memory).toBe(1024);
});

test("a plain VM is created with its disks, and its number is free again after its end", async () => {
  const path = "/nodes/pve/qemu";
  const sent = {
    vmid: 200,
    name: "plain",
    scsi0: "file=local-lvm:1,format=raw",
    template: 0,
    memory: 256,
  };
  expect(await emulator.current.done("POST", path, sent)).toBe("OK");
  expect(await emulator.current.config(200)).toMatchObject({
    name: "plain",
    scsi0: "local-lvm:vm-200-disk-0,size=1G",
  });

  expect(await emulator.current.done("DELETE", `${path}/200/?purge=1`)).toBe("OK");
  expect((await emulator.current.ask("GET", "/cluster/nextid", { vmid: 200 })).data).toBe("200");
});

test("a restart of the service finds everything as it was", async () => {
  await emulator.current.done("PUT", CONFIG, { description: "kept\nlines", tags: "a" });
  const before = await emulator.current.config();
  emulator.current.restart();
  expect(await emulator.current.config()).toEqual(before);
});
