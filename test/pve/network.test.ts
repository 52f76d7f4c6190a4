import { freshEmulator, type Sent } from "./emulator";

const emulator = freshEmulator();
const NETWORK = "/nodes/pve/network";
const FILE = "etc/network/interfaces";
const bridge = (iface: string, more: Sent = {}): Sent => ({
  iface,
  type: "bridge",
  autostart: 1,
  ...more,
});
const listed = async (iface: string) =>
  ((await emulator.current.done("GET", NETWORK)) as { iface: string }[]).find(
    (item) => item.iface === iface,
  );

test("a bridge is staged, shown, and in force only after a reload", async () => {
  const before = emulator.current.read(FILE);
  const sent = bridge("vmbr1", { cidr: "192.168.1.1/24", comments: "guests" });
  expect(await emulator.current.done("POST", NETWORK, sent)).toBeNull();

  const { changes } = await emulator.current.ask("GET", NETWORK);
  expect(await listed("vmbr1")).toMatchObject({
    type: "bridge",
    method: "static",
    cidr: "192.168.1.1/24",
    address: "192.168.1.1",
    netmask: "24",
    bridge_ports: "",
    autostart: 1,
    comments: "guests\n",
  });
  expect(changes).toContain(
    "+iface vmbr1 inet static\n+\taddress 192.168.1.1/24\n+\tbridge-ports none",
  );
  expect(emulator.current.read(FILE)).toBe(before);

  expect(await emulator.current.done("PUT", NETWORK)).toBe("OK");
  expect((await emulator.current.ask("GET", NETWORK)).changes).toBeUndefined();
  expect(emulator.current.read(FILE)).toContain(
    "auto vmbr1\niface vmbr1 inet static\n\taddress 192.168.1.1/24\n\tbridge-ports none\n" +
      "\tbridge-stp off\n\tbridge-fd 0\n#guests\n\nsource /etc/network/interfaces.d/*\n",
  );
});

test("a bridge that comes and goes leaves the file as it was", async () => {
  const before = emulator.current.read(FILE);
  await emulator.current.done("POST", NETWORK, bridge("vmbr1", { cidr: "10.0.0.1/24" }));
  await emulator.current.done("PUT", NETWORK);
  await emulator.current.done("DELETE", `${NETWORK}/vmbr1`);
  await emulator.current.done("PUT", NETWORK);
  expect(emulator.current.read(FILE)).toBe(before);
});

test("staged changes are dropped by DELETE", async () => {
  await emulator.current.done("POST", NETWORK, bridge("vmbr1"));
  await emulator.current.done("DELETE", NETWORK);
  expect(await listed("vmbr1")).toBeUndefined();
  expect((await emulator.current.ask("GET", NETWORK)).changes).toBeUndefined();
});

test("an update replaces what it names and deletes what it lists", async () => {
  const sent = bridge("vmbr1", { cidr: "10.0.0.1/24", mtu: 1400, comments: "x" });
  await emulator.current.done("POST", NETWORK, sent);
  await emulator.current.done("PUT", `${NETWORK}/vmbr1`, {
    type: "bridge",
    autostart: 1,
    delete: "cidr,mtu,comments",
  });
  const item = await listed("vmbr1");
  expect(item).toMatchObject({ method: "manual" });
  for (const key of ["cidr", "mtu", "comments"]) expect(item).not.toHaveProperty(key);
});

test("lines that Proxmox does not understand stay where they are", async () => {
  const foreign = "\tpost-up echo 1 > /proc/sys/net/ipv4/ip_forward\n";
  const text = emulator.current.read(FILE).replace("\tbridge-fd 0\n", `\tbridge-fd 0\n${foreign}`);
  emulator.current.write(FILE, text);
  await emulator.current.done("POST", NETWORK, bridge("vmbr1"));
  await emulator.current.done("PUT", NETWORK);
  expect(emulator.current.read(FILE)).toContain(`\tbridge-fd 0\n${foreign}`);
  expect(emulator.current.read(FILE)).toContain("source /etc/network/interfaces.d/*");
});

test.each([
  [
    "a port that is used",
    bridge("vmbr1", { bridge_ports: "eno1" }),
    { bridge_ports: "eno1 is already used on interface 'vmbr0'." },
  ],
  [
    "a second gateway",
    bridge("vmbr1", { cidr: "10.0.0.2/24", gateway: "10.0.0.1" }),
    { gateway: "Default gateway already exists on interface 'vmbr0'." },
  ],
  [
    "a name with a hyphen",
    bridge("br-foo"),
    { iface: "invalid format - invalid network interface name 'br-foo'\n" },
  ],
  ["a name that is taken", bridge("vmbr0"), { iface: "interface already exists" }],
])("%s is refused with 400", async (_what, sent, errors) => {
  const answer = await emulator.current.ask("POST", NETWORK, sent);
  expect([answer.status, answer.errors]).toEqual([400, errors]);
});

test.each([
  ["an absent port", bridge("vmbr1", { bridge_ports: "eth9" })],
  ["an MTU above its port's", bridge("vmbr1", { bridge_ports: "enp1s0f0", mtu: 9000 })],
])("a bridge with %s is refused with 500", async (_what, sent) => {
  expect((await emulator.current.ask("POST", NETWORK, sent)).status).toBe(500);
});

test("a name of 19 characters is accepted, although the kernel will refuse it", async () => {
  const answer = await emulator.current.ask("POST", NETWORK, bridge("vmbr123456789012345"));
  expect(answer.status).toBe(200);
});

test("a reload that fails leaves the new file in place", async () => {
  emulator.current.backend.reloadError = "command 'ifreload -a' failed: exit code 1";
  await emulator.current.done("POST", NETWORK, bridge("vmbr1"));
  expect(await emulator.current.done("PUT", NETWORK)).toBe(
    "command 'ifreload -a' failed: exit code 1",
  );
  expect(emulator.current.read(FILE)).toContain("iface vmbr1");
  expect((await emulator.current.ask("GET", NETWORK)).changes).toBeUndefined();
});

test("VLAN-aware bridges and IPv6 addresses are written and read back", async () => {
  const sent = bridge("vmbr1", { cidr6: "2001:db8::1/64", bridge_vlan_aware: 1 });
  await emulator.current.done("POST", NETWORK, sent);
  expect(await listed("vmbr1")).toMatchObject({
    bridge_vlan_aware: 1,
    bridge_vids: "2-4094",
    cidr6: "2001:db8::1/64",
    families: ["inet", "inet6"],
  });
});
