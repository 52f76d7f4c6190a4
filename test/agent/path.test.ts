// Needs root: machines made of namespaces, with a real sshd.
import { run } from "../../lab/host/command";
import { Machine } from "./machine";
import { Peer } from "./peer";
import { Change, filter, status } from "./slices";

let machine: Machine;
let router: Peer;
let far: Peer;

beforeAll(async () => {
  machine = await Machine.start();
  router = await Peer.at(machine, "path0");
  far = await Peer.at(machine, "next");
  await machine.exec(
    `ip address add 10.9.0.1/24 dev path0; ip route add 10.8.0.0/24 via 10.9.0.2; ip link set next netns ${router.pid}`,
  );
  await router.exec(
    "ip address add 10.9.0.2/24 dev far; ip address add 10.8.0.1/24 dev next; ip link set next up; echo 1 >/proc/sys/net/ipv4/ip_forward",
  );
  await far.exec("ip address add 10.8.0.2/24 dev far; ip route add default via 10.8.0.1");
});
afterAll(() => machine.stop());

/** Log in from the far end; what is said before a command runs is kept short. */
const ssh = (command: string, stdin = "") => {
  const argv = machine.sshArgv(
    ...[`HostName=10.9.0.1`, `HostKeyAlias=${machine.address}`, "KexAlgorithms=curve25519-sha256"],
    ...["Ciphers=aes128-gcm@openssh.com", "HostKeyAlgorithms=ssh-ed25519", "MACs=hmac-sha2-256"],
  );
  return run(["nsenter", `--net=${far.network}`, ...argv, command], { stdin });
};

test("a path with a smaller MTU that nobody tells of confirms nothing until it is mended", async () => {
  const change = new Change(machine, [filter("tcp dport 9 drop")]);
  await change.begin();
  const confirm = () => new Change({ ssh }, [filter("tcp dport 9 drop")]).confirm();

  // Each packet goes by itself, as on a real wire, and too big ones vanish without a word.
  await far.exec("ip link set far gso_max_segs 1");
  await machine.exec("ip link set path0 gso_max_segs 1");
  await router.exec(
    "ip link set next mtu 1400; nft add table ip mute; nft add chain ip mute out { type filter hook output priority 0 \\; }; nft add rule ip mute out icmp type destination-unreachable drop",
  );
  expect(await ssh("echo through")).toMatchObject({ code: 0, stdout: "through\n" });
  expect((await confirm()).code).toBe(255);
  expect((await status(machine)).open).toContain(" APPLIED ");

  await router.exec("ip link set next mtu 1500");
  expect(await confirm()).toMatchObject({ code: 0 });
}, 60_000);
