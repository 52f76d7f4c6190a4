import { type VmPlan } from "../../lab/pve/backend/backend";
import { qemuArguments } from "../../lab/pve/backend/qemu-arguments";
import { freshEmulator } from "./emulator";

const emulator = freshEmulator();
const CONFIG = "/nodes/pve/qemu/100/config";
const DUMP = "/nodes/pve/qemu/100/cloudinit/dump";
const host = { run: "/run/q", consoles: "/log", guest: "/lab/guest", kvm: false };

const dump = (type: string) => emulator.current.done("GET", DUMP, { type });
const planned = async (): Promise<VmPlan> => {
  await emulator.current.done("POST", "/nodes/pve/qemu/100/status/start");
  const guest = emulator.current.backend.running.get("100");
  if (guest === undefined) throw new Error("the guest did not start");
  return guest.plan;
};

beforeEach(async () => {
  await emulator.current.clone();
  emulator.current.write("etc/resolv.conf", "search lab.example\nnameserver 203.0.113.1\n");
});

test("cloud-init's files are those of Proxmox's generator", async () => {
  await emulator.current.done("PUT", CONFIG, {
    name: "router",
    ciuser: "admin",
    ciupgrade: 0,
    sshkeys: encodeURIComponent("ssh-ed25519 AAAA one\nssh-rsa BBBB two\n"),
    net0: "virtio=BC:24:11:00:00:01,bridge=vmbr0",
    net1: "virtio=BC:24:11:00:00:02,bridge=vmbr0",
    ipconfig0: "ip=dhcp,ip6=auto",
    ipconfig1: "ip=10.0.0.5/22,gw=10.0.0.1,ip6=2001:db8::5/64,gw6=2001:db8::1",
    nameserver: "1.1.1.1 9.9.9.9",
  });

  expect(await dump("user")).toBe(
    `#cloud-config
hostname: router
manage_etc_hosts: true
user: admin
ssh_authorized_keys:
  - ssh-ed25519 AAAA one
  - ssh-rsa BBBB two
chpasswd:
  expire: False
users:
  - default
`,
  );
  expect(await dump("network")).toBe(`version: 1
config:
  - type: physical
    name: eth0
    mac_address: 'bc:24:11:00:00:01'
    subnets:
    - type: dhcp4
    - type: ipv6_slaac
  - type: physical
    name: eth1
    mac_address: 'bc:24:11:00:00:02'
    subnets:
    - type: static
      address: '10.0.0.5'
      netmask: '255.255.252.0'
      gateway: '10.0.0.1'
    - type: static6
      address: '2001:db8::5/64'
      gateway: '2001:db8::1'
  - type: nameserver
    address:
    - '1.1.1.1'
    - '9.9.9.9'
    search:
    - 'lab.example'
`);
  expect(await dump("meta")).toMatch(/^instance-id: [0-9a-f]{40}\n$/);
});

test("the instance id follows the user and network data, and nothing else", async () => {
  const before = await dump("meta");
  await emulator.current.done("PUT", CONFIG, { memory: 1024 });
  expect(await dump("meta")).toBe(before);
  await emulator.current.done("PUT", CONFIG, { ciuser: "other" });
  expect(await dump("meta")).not.toBe(before);
});

test("snippets take the place of generated files", async () => {
  emulator.current.write("var/lib/vz/snippets/net.yaml", "version: 2\n");
  await emulator.current.done("PUT", CONFIG, { cicustom: "network=local:snippets/net.yaml" });
  expect(await dump("network")).toBe("version: 2\n");
  await emulator.current.done("PUT", CONFIG, { cicustom: "network=local:snippets/absent.yaml" });
  expect((await emulator.current.ask("GET", DUMP, { type: "network" })).reason).toBe(
    "volume 'local:snippets/absent.yaml' does not exist",
  );
});

test("a guest made from the template boots the template's kernel, another one does not", async () => {
  expect((await planned()).kernel).toBe(true);
  await emulator.current.done("POST", "/nodes/pve/qemu", { vmid: 200, scsi0: "local-lvm:1" });
  await emulator.current.done("POST", "/nodes/pve/qemu/200/status/start");
  expect(emulator.current.backend.running.get("200")?.plan.kernel).toBe(false);
});

test("a passed-through card is one device with the functions and addresses of its ports", async () => {
  await emulator.current.done("PUT", CONFIG, { hostpci0: "host=0000:01:00,pcie=1" });
  const args = qemuArguments(await planned(), host).filter((arg) => /hostport/.test(arg));
  expect(args).toEqual([
    "pcie-root-port,id=hostport0,bus=pcie.0,chassis=1",
    "e1000e,netdev=tap100p0f0,id=tap100p0f0dev,mac=68:05:ca:00:01:00,romfile=,bus=hostport0,addr=0x0.0x0,multifunction=on",
    "e1000e,netdev=tap100p0f1,id=tap100p0f1dev,mac=68:05:ca:00:01:01,romfile=,bus=hostport0,addr=0x0.0x1",
    "e1000e,netdev=tap100p0f2,id=tap100p0f2dev,mac=68:05:ca:00:01:02,romfile=,bus=hostport0,addr=0x0.0x2",
    "e1000e,netdev=tap100p0f3,id=tap100p0f3dev,mac=68:05:ca:00:01:03,romfile=,bus=hostport0,addr=0x0.0x3",
  ]);
});

test("drives, NICs and the agent appear under the names that Proxmox gives them", async () => {
  await emulator.current.done("PUT", CONFIG, { net1: "e1000=BC:24:11:00:00:02,bridge=vmbr0" });
  const args = qemuArguments(await planned(), host);
  expect(args).toContain(
    "scsi-hd,bus=scsihw0.0,channel=0,scsi-id=0,lun=0,drive=drive-scsi0,id=scsi0",
  );
  expect(args).toContain("ide-cd,bus=ide.1,unit=0,drive=drive-ide2,id=ide2");
  expect(args).toContain("tap,id=net1,ifname=tap100i1,script=no,downscript=no");
  expect(args).toContain("e1000,netdev=net1,id=net1dev,mac=bc:24:11:00:00:02,romfile=");
  expect(args).toContain("virtserialport,chardev=qga0,name=org.qemu.guest_agent.0");
});
