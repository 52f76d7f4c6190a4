// Needs root: machines made of namespaces, with a real sshd.
import type { Operation } from "../../agent/bundle";
import { renderBridgeFilter } from "../../net/bridge-filter";
import { Machine, until } from "./machine";
import { Change, status } from "./slices";

const DRIFT = "sh /usr/local/lib/proxmox-router/agent drift";

let machine: Machine;

beforeEach(async () => {
  machine = await Machine.start();
});
afterEach(() => machine.stop());

/** A filter for one guest, by its address. */
const frames = (address: string): Operation => {
  const guest = { vmId: 101, mac: "02:00:00:00:00:01", addresses: [address] };
  const filter = { name: "vmbr1", ports: [], isolation: false, guests: [guest] };
  return { kind: "frames", name: "vmbr1", text: renderBridgeFilter(filter) };
};
const change = (...operations: Operation[]) => new Change(machine, operations);
const table = async () =>
  (await machine.exec("nft list table bridge proxmox_router_vmbr1 2>&1")).stdout;

test("a filter between ports is put, missed when it is gone, put again, and taken away", async () => {
  await change(frames("10.0.0.1")).keep();
  expect(await table()).toContain('"tap101i0" . 10.0.0.1');
  expect(await machine.ssh(DRIFT)).toMatchObject({ code: 0 });

  await machine.exec("nft flush ruleset");
  expect((await machine.ssh(DRIFT)).stdout).toContain(
    'net: nft: table bridge proxmox_router_vmbr1 differs: expected "table bridge',
  );
  await machine.exec("sh /usr/local/lib/proxmox-router/agent restore");
  expect(await table()).toContain('"tap101i0" . 10.0.0.1');

  await change({ kind: "sysctl", key: "net/ipv4/ip_forward", value: 1 }).keep();
  expect(await table()).toContain("No such file");
});

test("one that nobody confirms goes back", async () => {
  await change(frames("10.0.0.1")).keep();

  expect(await change(frames("10.0.0.2")).begin()).toMatchObject({ code: 0 });
  expect(await table()).toContain('"tap101i0" . 10.0.0.2');
  machine.advance(500);
  await until("the way back", async () => (await status(machine)).open === undefined);

  expect(await table()).toContain('"tap101i0" . 10.0.0.1');
});

test("panic takes it away, and keeps it away until it is resumed", async () => {
  await change(frames("10.0.0.1")).keep();
  const agent = "sh /usr/local/lib/proxmox-router/agent";

  await machine.exec(`${agent} panic && ${agent} restore`);
  expect(await table()).toContain("No such file");
  await machine.exec(`${agent} resume`);
  expect(await table()).toContain('"tap101i0" . 10.0.0.1');
});

test("a table of somebody else of that name is refused", async () => {
  await machine.exec("nft add table bridge proxmox_router_vmbr1");
  const { code, stderr } = await change(frames("10.0.0.1")).begin();

  expect([code, stderr]).toEqual([
    76,
    "table bridge proxmox_router_vmbr1 exists already and is not ours: delete it\n",
  ]);
});

test("rules that nft does not take are refused before anything changes", async () => {
  const { code, stderr } = await change({
    kind: "frames",
    name: "vmbr1",
    text: "table bridge proxmox_router_vmbr1 {\n\tchain c { nonsense }\n}\n",
  }).begin();

  expect([code, stderr]).toEqual([65, expect.stringContaining("nft refuses the new ruleset")]);
});
