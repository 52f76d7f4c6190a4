// Needs root: machines made of namespaces, with a real sshd.
import type { Operation } from "../../agent/bundle";
import { confirmCall, PADDING } from "../../agent/frame";
import { run } from "../../lab/host/command";
import { Machine, until } from "./machine";
import { Change, filter, SHUT, status } from "./slices";
import { world } from "./world";

const NOBODY_CAME =
  "rolled back: no new SSH connection confirmed it within 120 s; the machine is at generation 1 (unchanged)\n";

let machine: Machine;
let base: Change;
let before: Record<string, string>;

beforeAll(async () => {
  machine = await Machine.start();
  await machine.exec("ip route add default via $(ip -o route | sed 's/.* src //; s/ .*//; q')");
  base = new Change(machine, [filter("tcp dport 9 drop")]);
  await base.keep();
  before = await world(machine);
});
afterAll(() => machine.stop());

const answers = async () => (await machine.ssh("true")).code === 0;
const reachable = async () => {
  const greeting = `read -r greeting <>/dev/tcp/${machine.address}/22`;
  return (await run(["timeout", "0.5", "bash", "-c", greeting])).code === 0;
};
const ended = async () => !("open" in (await status(machine)));

/** The address of the other end of its card. */
const outside = () => machine.address.replace(/\d+$/, (last) => String(Number(last) - 1));

async function comesBack(): Promise<void> {
  machine.advance(121);
  await until("the way back", ended);
  expect(await answers()).toBe(true);
  expect(await world(machine)).toEqual(before);
}

const nat = (rule: string): Operation => ({
  kind: "nft",
  text: [
    "table inet proxmox_router",
    "delete table inet proxmox_router",
    "table inet proxmox_router {",
    `\tchain in { type nat hook prerouting priority dstnat; ${rule}; }`,
    "}",
    "",
  ].join("\n"),
});

describe("a change that lets no new connection in is taken back", () => {
  test.each<[string, () => Operation[]]>([
    ["rules that spare only established connections", () => [filter(...SHUT)]],
    ["rules that refuse everything", () => [filter("counter drop")]],
    ["a translation that takes the port", () => [nat("tcp dport 22 dnat ip to 10.9.9.9")]],
    ["a translation into a port without a server", () => [nat("tcp dport 22 redirect to :2")]],
    [
      "a route that leads elsewhere",
      () => [
        { kind: "link", name: "br9", type: "bridge" },
        { kind: "address", device: "br9", address: "10.9.0.1/24" },
        { kind: "route", device: "br9", destination: `${outside()}/32`, gateway: "10.9.0.2" },
      ],
    ],
    [
      "a prefix that covers whoever asks",
      () => [
        { kind: "link", name: "br9", type: "bridge" },
        { kind: "address", device: "br9", address: `${outside().replace(/\d+$/, "0")}/31` },
        { kind: "route", device: "br9", destination: `${outside()}/32` },
      ],
    ],
    [
      "a second claim to the address of whoever asks",
      () => [{ kind: "address", device: "lo", address: `${outside()}/32` }],
    ],
    [
      "a setting that switches a protocol's replies off",
      () => [
        { kind: "sysctl", key: "net/ipv4/conf/eth0/arp_ignore", value: 8 },
        filter("ct state new tcp dport 22 drop"),
      ],
    ],
  ])("%s", async (_, operations) => {
    const bad = new Change(machine, operations());

    // Its own connection may be cut by what it does.
    const begun = bad.begin();
    await until("it", async () => (await status(machine)).open?.includes("APPLIED") ?? false);
    expect(await reachable()).toBe(false);
    await comesBack();
    await begun;

    expect(await bad.confirm()).toEqual({ code: 79, stdout: "", stderr: NOBODY_CAME });
  });

  test("a bridge of others that swallows the card", async () => {
    const good = new Change(machine, [filter("tcp dport 10 drop")]);
    expect(await good.begin()).toMatchObject({ code: 0 });
    await machine.exec("ip link add vmbr0 type bridge; ip link set eth0 master vmbr0");
    expect(await reachable()).toBe(false);

    machine.advance(121);
    await until("the way back", ended);
    // What others did, others undo; the machine's own part is as it was.
    await machine.exec("ip link delete vmbr0");
    expect(await answers()).toBe(true);
    expect((await world(machine)).ruleset).toBe(before.ruleset);
  });

  test("one of two address families, and nobody asks over the other", async () => {
    await machine.exec("ip -6 address add fd00:198::2/64 dev eth0 nodad");
    const bad = new Change(machine, [filter("meta nfproto ipv4 tcp dport 22 ct state new drop")]);
    expect(await bad.begin()).toMatchObject({ code: 0 });
    expect(await reachable()).toBe(false);

    await machine.exec("ip -6 address delete fd00:198::2/64 dev eth0");
    await comesBack();
  });
});

describe("a confirmation has to come over a connection that is younger than the change", () => {
  const change = () => new Change(machine, [filter(`tcp dport ${10 + serial++} drop`)]);
  let serial = 1;
  const confirmation = ({ id, target }: Change) => {
    const { command, stdin, reply } = confirmCall(id, target);
    return { command, input: stdin + (reply?.stdin ?? "") };
  };
  const STALE = (why: string) => ({
    code: 78,
    stdout: PADDING,
    stderr: `not a new connection: ${why}\n`,
  });

  test("one that was opened before and waited is refused", async () => {
    const good = change();
    const { command, input } = confirmation(good);
    const early = machine.ssh(
      `until [ -e /run/go ]; do busybox usleep 50000; done; ${command}`,
      input,
    );
    await until("it", async () => (await machine.exec("pgrep -f run/go")).code === 0);
    await good.begin();
    await machine.exec("touch /run/go");

    expect(await early).toEqual(STALE("it is older than the change"));
    await good.abort();
  });

  test("one that shares an older connection is refused", async () => {
    const [ssh = "", ...argv] = machine.sshArgv();
    const mux = [ssh, "-o", `ControlPath=${machine.path("mux")}`];
    await run([...mux, "-f", "-N", "-M", ...argv]);
    const good = change();
    await good.begin();

    const { command, input } = confirmation(good);
    expect(await run([...mux, ...argv, command], { stdin: input })).toEqual(
      STALE("it is older than the change"),
    );
    await run([...mux, "-O", "exit", ...argv]);
    await good.abort();
  });

  test("none at all is refused", async () => {
    const good = change();
    await good.begin();
    const { command, input } = confirmation(good);
    const told = `printf '%s' '${input}' | ${command}`;

    expect(await machine.exec(told)).toEqual(STALE("it does not come over SSH"));
    expect(await machine.exec(`export SSH_CONNECTION='1 2 3 4'; ${told}`)).toEqual(
      STALE("no SSH server is among its ancestors"),
    );
    expect(await good.confirm()).toMatchObject({ code: 0 });
    await base.keep();
  });
});
