// Needs root: machines made of namespaces, with a real sshd.
import type { Operation } from "../../agent/bundle";
import { Machine } from "./machine";
import { Change, filter } from "./slices";
import { ask, world } from "./world";

const BASE = [filter("tcp dport 9 drop")];
const AGENT = "/usr/local/lib/proxmox-router/agent";

let machine: Machine;
let base: Change;

beforeAll(async () => {
  machine = await Machine.start();
  base = new Change(machine, BASE);
  await base.keep();
});
afterAll(() => machine.stop());

const DIFFERENT = () => new Change(machine, [filter("tcp dport 7 drop")]);
const change = (...operations: Operation[]) => new Change(machine, [...operations, ...BASE]);

describe("a change is refused before anything is changed", () => {
  test.each<[string, string, Operation, string, string]>([
    [
      "a bridge of that name exists",
      "ip link add br9 type bridge",
      { kind: "link", name: "br9", type: "bridge" },
      "link br9 exists already and is not ours: choose another name",
      "ip link delete br9",
    ],
    [
      "an address is there already",
      "true",
      { kind: "address", device: "lo", address: "127.0.0.1/8" },
      "address 127.0.0.1/8 is on lo already and is not ours: remove it, or declare another",
      "true",
    ],
    [
      "a route to that network is there already",
      "ip route add 10.8.0.0/24 dev lo",
      { kind: "route", device: "lo", destination: "10.8.0.0/24" },
      "route 10.8.0.0/24 dev lo scope link  exists already and is not ours: remove it, or declare another",
      "ip route delete 10.8.0.0/24",
    ],
    [
      "an address is answered for by somebody else",
      "ip neighbour add proxy 10.9.0.7 dev lo",
      { kind: "neighbour", device: "lo", address: "10.9.0.7" },
      "neighbour 10.9.0.7 is answered for on lo already, and not by us",
      "ip neighbour delete proxy 10.9.0.7 dev lo",
    ],
    [
      "a file of that name exists",
      "mkdir /etc/demo; echo theirs >/etc/demo/a.conf",
      { kind: "file", path: "/etc/demo/a.conf", text: "ours\n" },
      "/etc/demo/a.conf exists already and is not ours: remove it, or move it away",
      "rm -r /etc/demo",
    ],
    [
      "systemd-networkd would start with somebody's file",
      "mkdir -p /etc/systemd/network; touch /etc/systemd/network/10-lan.network",
      { kind: "serve", device: "vmbr1" },
      "/etc/systemd/network/10-lan.network would come into force with systemd-networkd, which does not run here: move it away, or take dnsmasq",
      "rm -r /etc/systemd/network",
    ],
    [
      "somebody's changes wait in interfaces.new",
      "mkdir -p /etc/network; touch /etc/network/interfaces.new",
      { kind: "file", path: "/etc/demo/a.conf", text: "ours\n" },
      "/etc/network/interfaces.new: somebody's changes wait there; apply or revert them",
      "rm /etc/network/interfaces.new",
    ],
    [
      "the packet filter was taken away in an emergency",
      `sh ${AGENT} panic`,
      { kind: "file", path: "/etc/demo/a.conf", text: "ours\n" },
      `the packet filter was taken away by hand; bring it back with: sh ${AGENT} resume`,
      `sh ${AGENT} resume`,
    ],
  ])("%s", async (_, prepare, operation, message, clean) => {
    await machine.exec(prepare);
    const before = await world(machine);

    expect(await change(operation).begin()).toEqual({
      code: 76,
      stdout: "",
      stderr: `${message}\n`,
    });
    expect(await world(machine)).toEqual(before);
    await machine.exec(clean);
  });

  test.each([
    ["nft", "nftables"],
    ["ip", "iproute2"],
    ["flock", "util-linux"],
    ["setsid", "util-linux"],
    ["unshare", "util-linux"],
    ["diff", "diffutils"],
    ["find", "findutils"],
    ["awk", "mawk"],
  ])("%s is not installed", async (program, name) => {
    const path = await ask(machine, `readlink -f "$(command -v ${program})"`);
    await machine.exec(`mount --bind /dev/null ${path}`);
    const answer = await DIFFERENT().begin();
    await machine.exec(`busybox umount ${path}`);

    expect(answer).toEqual({
      code: 69,
      stdout: "",
      stderr: `${program}: not found; install ${name}\n`,
    });
  });

  test("nftables lacks what is needed", async () => {
    await machine.exec("mount --bind /bin/false /usr/sbin/nft");
    const answer = await new Change(machine, [filter("tcp dport 7 drop")], "other").begin();
    await machine.exec("umount /usr/sbin/nft");

    expect([answer.code, answer.stderr]).toEqual([
      69,
      "nftables: ; a module or a newer kernel is missing\n",
    ]);
  });

  test("nft refuses the rules", async () => {
    const { code, stderr } = await new Change(machine, [
      filter("tcp dport 7 jump nowhere"),
    ]).begin();

    expect([code, stderr.split("\n")[0]]).toEqual([
      65,
      expect.stringContaining("nft refuses the new ruleset: "),
    ]);
  });

  test("the watcher does not start", async () => {
    const before = await world(machine);
    await machine.exec("mount --bind /bin/false /usr/bin/setsid");
    const { code, stderr } = await DIFFERENT().begin();
    await machine.exec("umount /usr/bin/setsid");

    expect([code, stderr]).toEqual([
      70,
      expect.stringMatching(
        /^rolled back: the watcher did not start; .*generation 1 \(unchanged\)$/m,
      ),
    ]);
    expect(await world(machine)).toEqual(before);
  });

  test("nothing would restart the watcher", async () => {
    const settings = { allowBareDeadman: false };
    const other = new Change(machine, [], "other", settings);

    expect(await other.begin()).toMatchObject({
      code: 69,
      stderr:
        "no systemd, OpenRC or procd: nothing would restart the watcher if it is killed; allowBareDeadman takes that risk\n",
    });
  });

  test("the slice is of another owner, or another slice has the packet filter", async () => {
    const stolen = new Change(machine, BASE, "net", { owner: "project/other/net" });
    const second = new Change(machine, BASE, "other");

    expect(await stolen.begin()).toMatchObject({
      code: 76,
      stderr: "slice net is project/stack/net's: choose another name, or remove it there first\n",
    });
    expect((await second.begin()).stderr).toBe(
      "table inet proxmox_router is of slice net: one slice has the packet filter\n",
    );
  });
});
