// Needs root: machines made of namespaces, with a real sshd.
import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { parseIpv6Probe, renderIpv6Probe } from "../../agent/ipv6-probe";
import { explain, type Ipv6Finding, modeFor } from "../../net/ipv6-mode";
import { Machine, until } from "./machine";
import { Peer } from "./peer";
import { ask, world } from "./world";

const OWN = "2001:db8:9::10";
const NETWORK = "2001:db8:9:0:1::/80";
const TARGET = "2001:db8:51::80";
const probe = { uplink: "up0", network: NETWORK, targets: [TARGET] };

/** What a provider does with packets for its customer, as routes of the router at its end. */
const ROUTES = {
  routed: `ip -6 route add 2001:db8:9::/64 via ${OWN} dev far`,
  "on-link": "ip -6 route add 2001:db8:9::/64 dev far",
  neither: "ip -6 route add unreachable 2001:db8:9::/64",
};

let machine: Machine;
let peer: Peer;

beforeAll(async () => {
  machine = await Machine.start({ hasty: false });
  peer = await Peer.at(machine, "up0");
  await peer.exec(
    `echo 1 >/proc/sys/net/ipv6/conf/all/forwarding; ip link set lo up; ip address add ${TARGET}/128 dev lo; ip address add fe80::1/64 dev far nodad`,
  );
  await machine.exec(
    `ip address add ${OWN}/64 dev up0 nodad; ip route add default via fe80::1 dev up0`,
  );
  await until(
    "its address",
    async () => (await ask(machine, "ip -6 address show tentative")) === "",
  );
});
afterAll(() => machine.stop());

const provide = async (kind: keyof typeof ROUTES) => {
  const reset = `ip -6 route flush root 2001:db8:9::/64; ip -6 neighbour flush dev far; ip -6 route add ${OWN}/128 dev far`;
  const { code, stderr } = await peer.exec(`${reset}; ${ROUTES[kind]}`);
  expect([code, stderr]).toEqual([0, ""]);
};

const asked = async (change: Partial<typeof probe> = {}): Promise<Ipv6Finding> => {
  const { code, stdout, stderr } = await machine.ssh(
    "sh -s",
    renderIpv6Probe({ ...probe, ...change }),
  );
  expect([code, stderr]).toEqual([0, ""]);
  return parseIpv6Probe(stdout);
};

const found = { own: OWN, target: TARGET, silent: [] };

test.each(["routed", "on-link", "neither"] as const)(
  "a provider with the prefix %s is told, and nothing is changed",
  async (kind) => {
    await provide(kind);
    const before = await world(machine);

    expect(await asked()).toEqual({ ...found, found: kind });
    expect(await world(machine)).toEqual(before);
  },
);

test("a masquerading rule does not make a provider look like one that routes the prefix", async () => {
  await provide("on-link");
  await machine.exec(
    "nft add table ip6 theirs; nft 'add chain ip6 theirs out { type nat hook postrouting priority srcnat; }'; nft add rule ip6 theirs out oifname up0 masquerade",
  );

  expect((await asked()).found).toBe("on-link");
  await machine.exec("nft delete table ip6 theirs");
});

test("the next router is asked where nobody else answers the host", async () => {
  await provide("on-link");

  expect(await asked({ targets: ["2001:db8:52::1"] })).toEqual({
    ...found,
    found: "on-link",
    target: "fe80::1%up0",
    silent: ["2001:db8:52::1"],
  });
});

test("a host that nobody answers, without a default route or without an address has no IPv6", async () => {
  await provide("routed");
  await peer.exec("ip link set far down");
  expect(await asked()).toEqual({ found: "silence", own: OWN, silent: [TARGET, "fe80::1%up0"] });
  await peer.exec("ip link set far up; ip address add fe80::1/64 dev far nodad");

  await machine.exec("ip -6 route delete default");
  expect(await asked()).toEqual({ found: "no-route", own: OWN, silent: [] });
  await machine.exec(
    `ip address delete ${OWN}/64 dev up0; ip address add fd00::10/64 dev up0 nodad`,
  );
  expect(await asked()).toEqual({ found: "no-address", silent: [] });

  await machine.exec(
    `ip address delete fd00::10/64 dev up0; ip address add ${OWN}/64 dev up0 nodad; ip route add default via fe80::1 dev up0`,
  );
});

test("a probe that is killed leaves nothing that lasts", async () => {
  await provide("neither");
  const before = await world(machine);
  const script = renderIpv6Probe(probe)
    .replace("valid_lft 30", "valid_lft 2")
    .replace("exec sleep 30", "exec sleep 3");
  const borrowed = async () =>
    (await ask(machine, "ip -6 address show dev lo scope global")) !== "" &&
    (await ask(machine, "nft list ruleset")) !== "";

  const run = machine.ssh("exec bash -s", `echo $$ >/run/probe\n${script}`);
  await until("the probe", borrowed);
  await machine.exec("kill -9 $(cat /run/probe)");
  await run;
  await sleep(6000);

  expect(await world(machine)).toEqual(before);
});

test("a device that is not there is told", async () => {
  const { code, stderr } = await machine.ssh("sh -s", renderIpv6Probe({ ...probe, uplink: "up7" }));

  expect([code, stderr]).toEqual([1, "up7: there is no such device\n"]);
});

test("the script is clean under shellcheck, as POSIX sh", () => {
  const { status, stdout } = spawnSync("shellcheck", ["--shell=sh", "-"], {
    input: renderIpv6Probe(probe),
    encoding: "utf8",
  });

  expect([status, stdout]).toEqual([0, ""]);
});

test.each<[Ipv6Finding["found"], string, string]>([
  [
    "routed",
    "routed",
    "2001:db8:51::80 answered an address of 2001:db8:9:0:1::/80 that nothing answers for on up0: the provider routes it to the host",
  ],
  [
    "on-link",
    "ndp-proxy",
    "2001:db8:51::80 answered an address of 2001:db8:9:0:1::/80 only once the host answered for it on up0: the provider looks for each address there",
  ],
  [
    "neither",
    "tcp-proxy",
    "2001:db8:51::80 answered 2001:db8:9::10, the host's own, but no other address of 2001:db8:9:0:1::/80: the provider neither routes it to the host nor looks for its addresses on up0",
  ],
  ["no-address", "off", "up0 has no global IPv6 address"],
  ["no-route", "off", "up0 has the IPv6 address 2001:db8:9::10, but no IPv6 default route"],
  [
    "silence",
    "off",
    "nobody answered 2001:db8:9::10, the host's own address on up0: asked 2001:db8:1::1, fe80::1%up0",
  ],
])("%s means %s, and why", (kind, mode, why) => {
  const silent = kind === "silence" ? ["2001:db8:1::1", "fe80::1%up0"] : [];
  const finding = { ...found, found: kind, silent };

  expect([modeFor(finding), explain(probe, finding)]).toEqual([mode, why]);
});
