import { freshEmulator, type Sent } from "./emulator";

const emulator = freshEmulator();
const VM = "/nodes/pve/qemu/100";

interface Row {
  readonly when: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly sent?: Sent;
  readonly status: number;
  /** The reason phrase; for 400 the wording of the one parameter at fault. */
  readonly says: string | Readonly<Record<string, string>>;
}

const UNDEFINED =
  "property is not defined in schema and the schema does not allow additional properties";
const field = (name: string, complaint: string) =>
  `invalid format - format error\n${name}: ${complaint}\n`;

const rows: readonly Row[] = [
  {
    when: "a VM is absent",
    method: "GET",
    path: "/nodes/pve/qemu/999/config",
    status: 500,
    says: "Configuration file 'nodes/pve/qemu-server/999.conf' does not exist",
  },
  {
    when: "a VM to delete is absent",
    method: "DELETE",
    path: "/nodes/pve/qemu/999/",
    sent: { "destroy-unreferenced-disks": 1, purge: 1 },
    status: 500,
    says: "Configuration file 'nodes/pve/qemu-server/999.conf' does not exist",
  },
  {
    when: "a pool is absent",
    method: "GET",
    path: "/pools/x",
    status: 500,
    says: "pool 'x' does not exist",
  },
  {
    when: "a storage is absent",
    method: "GET",
    path: "/storage/xy",
    status: 500,
    says: "storage 'xy' does not exist",
  },
  {
    when: "a zone is absent",
    method: "GET",
    path: "/cluster/sdn/zones/xy",
    status: 500,
    says: "sdn 'xy' does not exist",
  },
  {
    when: "a mapping is absent",
    method: "GET",
    path: "/cluster/mapping/pci/xy",
    status: 500,
    says: "mapping 'xy' not found",
  },
  {
    when: "a user is absent",
    method: "GET",
    path: "/access/users/x@pve",
    status: 500,
    says: "no such user ('x@pve')",
  },
  {
    when: "a security group is absent",
    method: "GET",
    path: "/cluster/firewall/groups/xy",
    status: 500,
    says: "no such security group 'xy'",
  },
  {
    when: "an alias is absent",
    method: "GET",
    path: "/cluster/firewall/aliases/xy",
    status: 500,
    says: "no such alias 'xy'",
  },
  {
    when: "an IP set is absent",
    method: "GET",
    path: "/cluster/firewall/ipset/xy",
    status: 500,
    says: "no such IPSet 'xy'",
  },
  {
    when: "a rule is absent",
    method: "GET",
    path: "/cluster/firewall/rules/3",
    status: 500,
    says: "no rule at position 3",
  },
  {
    when: "an interface is absent",
    method: "DELETE",
    path: "/nodes/pve/network/vmbr7",
    status: 400,
    says: { iface: "interface does not exist" },
  },
  {
    when: "a path is unknown",
    method: "GET",
    path: "/nonsense",
    status: 501,
    says: "Method 'GET /nonsense' not implemented",
  },
  {
    when: "a method is unknown",
    method: "PUT",
    path: "/version",
    status: 501,
    says: "Method 'PUT /version' not implemented",
  },
  {
    when: "the node is another",
    method: "GET",
    path: "/nodes/other/qemu",
    status: 500,
    says: "hostname lookup 'other' failed - failed to get address info for: other: Name or service not known",
  },
  {
    when: "a GET has an unknown parameter",
    method: "GET",
    path: "/nodes",
    sent: { x: 1 },
    status: 400,
    says: { x: UNDEFINED },
  },
  {
    when: "a parameter is unknown",
    method: "PUT",
    path: `${VM}/config`,
    sent: { bogus: 1 },
    status: 400,
    says: { bogus: UNDEFINED },
  },
  {
    when: "a VLAN tag is too large",
    method: "PUT",
    path: `${VM}/config`,
    sent: { net0: "virtio,bridge=vmbr0,tag=5000" },
    status: 400,
    says: { net0: field("net0.tag", "value must have a maximum value of 4094") },
  },
  {
    when: "a NIC has an unknown field",
    method: "PUT",
    path: `${VM}/config`,
    sent: { net0: "virtio,foo=1" },
    status: 400,
    says: { net0: field("net0.foo", UNDEFINED) },
  },
  {
    when: "a gateway has no address",
    method: "PUT",
    path: `${VM}/config`,
    sent: { ipconfig0: "gw=10.0.0.1" },
    status: 400,
    says: { ipconfig0: field("ipconfig0.ip", "missing property required by 'ipconfig0.gw'") },
  },
  {
    when: "a NIC has no model",
    method: "PUT",
    path: `${VM}/config`,
    sent: { net0: "bridge=vmbr0" },
    status: 400,
    says: { net0: field("net0.model", "property is missing and it is not optional") },
  },
  {
    when: "a number is no number",
    method: "PUT",
    path: `${VM}/config`,
    sent: { cores: "two" },
    status: 400,
    says: { cores: "type check ('integer') failed - got 'two'" },
  },
  {
    when: "a key has too high a number",
    method: "PUT",
    path: `${VM}/config`,
    sent: { net32: "virtio" },
    status: 400,
    says: { net32: UNDEFINED },
  },
  {
    when: "a passed-through device names nothing",
    method: "PUT",
    path: `${VM}/config`,
    sent: { hostpci0: "pcie=1" },
    status: 500,
    says: "either 'host' or 'mapping' must be set.",
  },
  {
    when: "a key outside the enumeration is sent",
    method: "PUT",
    path: `${VM}/config`,
    sent: { bios: "coreboot" },
    status: 400,
    says: { bios: "value 'coreboot' does not have a value in the enumeration 'seabios, ovmf'" },
  },
  {
    when: "a change is empty",
    method: "PUT",
    path: `${VM}/config`,
    status: 500,
    says: "no options specified",
  },
  {
    when: "an unknown key is deleted",
    method: "PUT",
    path: `${VM}/config`,
    sent: { delete: "bogus" },
    status: 400,
    says: { delete: "unknown option 'bogus'" },
  },
  {
    when: "the digest is stale",
    method: "PUT",
    path: `${VM}/config`,
    sent: { cores: 2, digest: "0".repeat(40) },
    status: 500,
    says: "checksum mismatch (file change by other user?)",
  },
  {
    when: "a new VM's number is taken",
    method: "POST",
    path: "/nodes/pve/qemu",
    sent: { vmid: 100 },
    status: 500,
    says: "unable to create VM 100 - VM 100 already exists on node 'pve'",
  },
  {
    when: "a clone's number is taken",
    method: "POST",
    path: "/nodes/pve/qemu/9000/clone",
    sent: { newid: 100 },
    status: 500,
    says: "unable to create VM 100: config file already exists",
  },
  {
    when: "a VMID is below 100",
    method: "POST",
    path: "/nodes/pve/qemu",
    sent: { vmid: 99 },
    status: 400,
    says: { vmid: "value must have a minimum value of 100" },
  },
  {
    when: "the wanted VMID is taken",
    method: "GET",
    path: "/cluster/nextid",
    sent: { vmid: 100 },
    status: 400,
    says: { vmid: "VM 100 already exists" },
  },
  {
    when: "a disk is moved to where it is",
    method: "POST",
    path: `${VM}/move_disk`,
    sent: { disk: "scsi0", storage: "local-lvm", delete: 1 },
    status: 500,
    says: "you can't move to the same storage with same format",
  },
  {
    when: "a storage cannot hold disks",
    method: "POST",
    path: "/nodes/pve/qemu/9000/clone",
    sent: { newid: 101, full: 1, storage: "local" },
    status: 500,
    says: "storage 'local' does not support content-type 'images'",
  },
  {
    when: "an agent is asked of a stopped VM",
    method: "GET",
    path: `${VM}/agent/network-get-interfaces`,
    status: 500,
    says: "VM 100 is not running",
  },
  {
    when: "a task's name is none",
    method: "GET",
    path: "/nodes/pve/tasks/UPID:x/status",
    status: 400,
    says: { upid: "unable to parse worker upid" },
  },
];

test.each(rows)(
  "$when: Proxmox's answer is given",
  async ({ method, path, sent, status, says }) => {
    await emulator.current.clone();

    const answer = await emulator.current.ask(method, path, sent);

    expect(answer.status).toBe(status);
    expect(answer.data).toBeNull();
    if (typeof says === "string") {
      expect(answer.reason).toBe(says);
      expect(answer.message).toBe(`${says}\n`);
    } else {
      expect(answer.reason).toBe("Parameter verification failed.");
      expect(answer.errors).toEqual(says);
    }
  },
);

test("a DELETE with a body is refused, one without is served", async () => {
  const path = "/api2/json/cluster/mapping/pci/absent";
  const headers = { "content-type": "application/x-www-form-urlencoded" };

  const refused = await emulator.current.raw({ method: "DELETE", path, headers, payload: "a=1" });
  const served = await emulator.current.raw({ method: "DELETE", path });

  expect([refused.status, refused.reason]).toEqual([501, "Unexpected content for method 'DELETE'"]);
  expect([served.status, served.body]).toEqual([200, '{"data":null}']);
});

test("a JSON body is understood like a form, booleans included", async () => {
  await emulator.current.clone();

  const { status } = await emulator.current.raw({
    method: "PUT",
    path: `/api2/json${VM}/config`,
    headers: { "content-type": "application/json" },
    payload: JSON.stringify({ onboot: true, cores: 3 }),
  });

  expect(status).toBe(200);
  expect(await emulator.current.config()).toMatchObject({ onboot: 1, cores: 3 });
});

test("a percent-encoded volume is one path segment", async () => {
  emulator.current.write("var/lib/vz/snippets/user.yaml", "#cloud-config\n");
  const path = "/nodes/pve/storage/local/content/local:snippets%2Fuser.yaml";

  expect(await emulator.current.done("GET", path)).toMatchObject({ format: "snippets", size: 14 });
  expect(await emulator.current.done("DELETE", path)).toBe("OK");
  expect((await emulator.current.ask("GET", path)).reason).toBe(
    "volume 'local:snippets/user.yaml' does not exist",
  );
});
