// Needs root: machines made of namespaces, with a real sshd.
import { join } from "node:path";
import type { Operation } from "../../agent/bundle";
import { Machine, until } from "./machine";
import { Peer } from "./peer";
import { Change } from "./slices";
import { ask, world } from "./world";

const FORWARDING: Operation = { kind: "sysctl", key: "net/ipv6/conf/all/forwarding", value: 1 };

let machine: Machine;
let peer: Peer;

beforeAll(async () => {
  machine = await Machine.start();
  peer = await Peer.at(machine, "up0");
  await machine.exec(
    "ip address add 10.9.0.1/24 dev up0; ip address add fd00:9::1/64 dev up0 nodad",
  );
  await new Change(machine, []).keep();
  await peer.exec("ip address add 10.9.0.7/24 dev far; ip address add fd00:9::7/64 dev far nodad");
  await until(
    "its address",
    async () => (await ask(machine, "ip -6 address show tentative")) === "",
  );
});
afterAll(() => machine.stop());

const begin = (...operations: Operation[]) => new Change(machine, operations).begin();
const address = (text: string): Operation => ({ kind: "address", device: "up0", address: text });

describe("an address that somebody on the network answers for", () => {
  test.each<[string, Operation, string]>([
    ["is not taken", address("10.9.0.7/24"), "10.9.0.7"],
    ["is not taken, of IPv6 either", address("fd00:9::7/64"), "fd00:9::7"],
    ["is not answered for", { kind: "neighbour", device: "up0", address: "10.9.0.7" }, "10.9.0.7"],
  ])("%s", async (_, operation, claimed) => {
    const before = await world(machine);

    expect(await begin(operation)).toEqual({
      code: 76,
      stdout: "",
      stderr: `address ${claimed} on up0: ${peer.mac} answers for it already; declare another, or take it away there\n`,
    });
    expect(await world(machine)).toEqual(before);
  });

  test("is taken once he has gone, though he is remembered", async () => {
    await machine.exec("ping -c 1 10.9.0.7");
    await peer.exec("ip address delete 10.9.0.7/24 dev far");
    const change = new Change(machine, [address("10.9.0.7/24")]);
    await change.keep();

    expect(await ask(machine, "ip -o address show to 10.9.0.7")).toContain("up0");
    await peer.exec("ip address add 10.9.0.7/24 dev far");
    expect((await change.begin()).stdout).toMatch(/^UNCHANGED /);
  });

  test("is taken if it is this machine itself that answers, by another card", async () => {
    await machine.exec("ip link add there0 type veth peer name here0");
    await machine.exec(
      "ip link set there0 up; ip link set here0 up; ip address add 10.10.0.1/24 dev there0; ip address add 10.10.0.9/24 dev here0",
    );
    const { code } = await new Change(
      machine,
      [{ kind: "neighbour", device: "here0", address: "10.10.0.1" }],
      "other",
    ).begin();

    expect(code).toBe(0);
    await new Change(machine, [], "other").abort();
  });
});

describe("a default route that lives by router advertisements", () => {
  const route = () => ask(machine, "ip -6 route show default proto ra");
  const advertise = (lifetime: number) =>
    peer.exec(`python3 ${join(__dirname, "advertise.py")} far ${lifetime}`);

  beforeAll(async () => {
    await until("the route", async () => {
      await advertise(600);
      return (await route()) !== "";
    });
  });

  test("is not lost to forwarding: the change is refused, and says what keeps the route", async () => {
    const before = await world(machine);

    expect(await begin(FORWARDING)).toEqual({
      code: 76,
      stdout: "",
      stderr:
        "the default route over up0 lives by router advertisements, which forwarding would end: name up0 in acceptRouterAdvertisements, or set routerAdvertisements of that uplink\n",
    });
    expect(await world(machine)).toEqual(before);
  });

  test("goes on with forwarding where it is told to", async () => {
    await machine.exec("echo 2 >/proc/sys/net/ipv6/conf/up0/accept_ra");
    await new Change(machine, [FORWARDING], "forwarding").keep();
    expect(await route()).toContain("dev up0");

    await advertise(0);
    await until("its end", async () => (await route()) === "");
    await advertise(600);
    await until("the route", async () => (await route()) !== "");
  });
});
