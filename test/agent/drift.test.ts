// Needs root: machines made of namespaces, with a real sshd.
import { atoms } from "./atoms";
import { Machine } from "./machine";
import { Change } from "./slices";
import { ask } from "./world";

const AGENT = "/usr/local/lib/proxmox-router/agent";

let machine: Machine;

beforeAll(async () => {
  machine = await Machine.start();
  await new Change(machine, atoms(1)).keep();
});
afterAll(() => machine.stop());

/** What a hand may do, and what `drift` says of it. */
const MUTATIONS: [string, string, string[]][] = [
  [
    "a line added to a file",
    "echo more >>/etc/demo/deep/live.conf",
    ["/etc/demo/deep/live.conf: expected sha256 461a3514c870, found 83cd5b525ec0"],
  ],
  [
    "a file for the next boot emptied",
    ": >/etc/demo/boot.conf",
    ["/etc/demo/boot.conf: expected sha256 a62c2c324cfc, found e3b0c44298fc"],
  ],
  [
    "a file removed",
    "rm /etc/demo/only-1.conf",
    ["/etc/demo/only-1.conf: expected a file, found none"],
  ],
  [
    "a file replaced by a link to its twin",
    "mv /etc/demo/only-1.conf /run/twin; ln -s /run/twin /etc/demo/only-1.conf",
    ["/etc/demo/only-1.conf: expected a file, found none"],
  ],
  [
    "a secret file opened to all",
    "chmod 644 /etc/demo/only-1.conf",
    ["/etc/demo/only-1.conf: expected mode 0600 0:0, found 0644 0:0"],
  ],
  [
    "a file given away",
    "chown 1:2 /etc/demo/only-1.conf",
    ["/etc/demo/only-1.conf: expected mode 0600 0:0, found 0600 1:2"],
  ],
  [
    "a file that contradicts ours",
    "echo theirs >/etc/demo/theirs2.conf",
    ["/etc/demo/theirs*.conf: expected none, found /etc/demo/theirs2.conf"],
  ],
  [
    "a rule added",
    "nft add rule inet proxmox_router in tcp dport 7 accept",
    ['nft: table inet proxmox_router differs: found "tcp dport 7 accept" '],
  ],
  [
    "a rule replaced",
    "nft 'flush chain inet proxmox_router in; add rule inet proxmox_router in tcp dport 8 drop'",
    [
      'nft: table inet proxmox_router differs: expected "tcp dport 9 drop" found "tcp dport 8 drop" ',
    ],
  ],
  [
    "a link set down",
    "ip link set brv1 down",
    ["link brv1: expected up, found down", "route 10.7.1.0/24 over brv1: expected, found none"],
  ],
  [
    "a link's attribute changed",
    "ip link set br9 type bridge stp_state 1",
    ["link br9: expected stp_state 0, found another value"],
  ],
  [
    "a link's mark taken away",
    "ip link set brv1 alias theirs",
    ["link brv1: expected ours, found one of another"],
  ],
  [
    "an address removed",
    "ip address delete 10.9.1.1/24 dev br9",
    ["address 10.9.1.1/24 on br9: expected, not found"],
  ],
  [
    "a route removed",
    "ip route delete 10.7.1.0/24",
    ["route 10.7.1.0/24 over brv1: expected, found none"],
  ],
  [
    "a gateway changed",
    "ip route replace 10.8.0.0/24 via 10.9.0.77 dev br9 proto 213",
    [
      "route 10.8.0.0/24 over br9 via 10.9.0.2: expected, found 10.8.0.0/24 via 10.9.0.77 linkdown ",
    ],
  ],
  [
    "an address no longer answered for",
    "ip neighbour delete proxy 10.9.0.7 dev br9",
    ["neighbour 10.9.0.7 on br9: expected, not found"],
  ],
  [
    "a setting changed",
    "echo 0 >/proc/sys/net/ipv4/ip_forward",
    ["net/ipv4/ip_forward: expected 1, found 0"],
  ],
];

test("what is as it was confirmed is not reported", async () => {
  expect(await machine.exec(`sh ${AGENT} drift`)).toEqual({ code: 0, stdout: "", stderr: "" });
});

test.each(MUTATIONS)(
  "%s is reported, stops the next change, and is put right",
  async (_, script, report) => {
    await machine.exec(script);
    const lines = report.map((line) => `net: ${line}\n`).join("");

    expect(await machine.exec(`sh ${AGENT} drift`)).toEqual({
      code: 77,
      stdout: lines,
      stderr: "",
    });
    expect((await new Change(machine, atoms(2)).begin()).code).toBe(77);

    // A mark of another is not ours to overwrite.
    if (script.includes("alias")) await machine.exec("ip link set brv1 alias proxmox-router:net");
    await machine.exec(`sh ${AGENT} restore`);
    expect(await ask(machine, `sh ${AGENT} drift`)).toBe("");
  },
);

test("a ruleset that somebody flushed is reported, and put back", async () => {
  await machine.exec("nft flush ruleset");
  expect((await machine.exec(`sh ${AGENT} drift`)).code).toBe(77);

  await machine.exec(`sh ${AGENT} restore`);
  expect(await ask(machine, "nft list ruleset | grep dport")).toBe("tcp dport 9 drop");
});
