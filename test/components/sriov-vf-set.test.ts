import type * as pulumi from "@pulumi/pulumi";
import { RouterVm, SriovVfSet, type SriovVfSetArgs } from "../../components";
import { resolved } from "../../components/resolved";
import { deploy } from "../mocks";

const node = { name: "pve", address: "192.0.2.10", privateKey: "KEY", hostKey: "ssh-ed25519 AAAA" };
const args: SriovVfSetArgs = {
  node,
  card: "68:05:CA:00:01:00",
  count: 2,
  vfs: [
    {
      name: "wan",
      mac: "02:00:00:00:00:01",
      vlan: 100,
      trust: true,
      linkState: "auto",
      optional: ["linkState"],
    },
  ],
};

const make = (change: Partial<SriovVfSetArgs> = {}) =>
  deploy((opts) => new SriovVfSet("vfs", { ...args, ...change }, opts));

const operations = (stdin: unknown) => String(stdin).match(/^(vfs?|file) .*$/gm);

test("functions are made first, then looked up, then mapped", async () => {
  const resources = await make();

  expect(resources.map(({ type, name }) => [type, name])).toEqual([
    ["proxmox-router:index:SriovVfSet", "vfs"],
    ["command:remote:Command", "vfs-functions-removal"],
    ["command:remote:Command", "vfs-functions"],
    ["command:remote:Command", "vfs-table"],
    ["proxmoxve:hardware/mapping/pci:Pci", "vfs-wan-mapping"],
    ["proxmoxve:hardware/mapping/pci:Pci", "vfs-vf1-mapping"],
  ]);
  expect(resources.slice(1).every(({ urn }) => urn.includes("index:SriovVfSet$"))).toBe(true);
  const [record, table] = [resources[2], resources[3]];
  expect(table?.inputs).toMatchObject({
    create: "sh -s -- 68:05:ca:00:01:00 2",
    triggers: [record?.inputs.stdin],
  });
});

test("the agent is told each setting by itself, and what may be left out", async () => {
  const [, , record] = await make({ allowVfReset: true });

  expect(operations(record?.inputs.stdin)).toEqual([
    "vfs 68:05:ca:00:01:00 2 reset guests",
    "vf 68:05:ca:00:01:00 0 required mac 02:00:00:00:00:01",
    "vf 68:05:ca:00:01:00 0 required vlan 100 qos 0",
    "vf 68:05:ca:00:01:00 0 required trust on",
    "vf 68:05:ca:00:01:00 0 optional state auto",
    expect.stringMatching(
      /^vf 68:05:ca:00:01:00 1 required mac 02(:[0-9a-f]{2}){5}$/,
    ) as unknown as string,
  ]);
});

test("a mapping has the place where its function was found", async () => {
  const resources = await make();

  expect(resources.find(({ name }) => name === "vfs-wan-mapping")?.inputs).toEqual({
    name: "vfs-wan",
    comment: "vfs: 02:00:00:00:00:01",
    maps: [
      {
        node: "pve",
        path: "0000:01:10.0",
        id: "8086:10ca",
        subsystemId: "8086:a03c",
        iommuGroup: 20,
      },
    ],
  });
});

test("the table names every function, and a guest asks for one by its name", async () => {
  const tables: unknown[] = [];
  const resources = await deploy(async (opts) => {
    const set = new SriovVfSet("vfs", { ...args, vfs: [{ name: "wan", mapping: "uplink" }] }, opts);
    new RouterVm(
      "edge",
      {
        node,
        vmId: 100,
        management: "vm0",
        authorizedKeys: [],
        interfaces: [{ name: "vm0", bridge: "vmbr0", dhcp: true }],
        pciMappings: [set.mappingOf("wan"), set.mappingOf("vf1")],
      },
      opts,
    );
    tables.push(await resolved(set.functions));
  });

  expect(tables).toEqual([
    [
      {
        number: 0,
        name: "wan",
        address: "0000:01:10.0",
        mac: "02:00:00:00:00:01",
        mapping: "uplink",
      },
      {
        number: 1,
        name: "vf1",
        address: "0000:01:10.2",
        mac: "02:00:00:00:00:02",
        mapping: "vfs-vf1",
      },
    ],
  ]);
  expect(resources.find(({ name }) => name === "edge-vm")?.inputs).toMatchObject({
    hostpcis: [{ mapping: "uplink" }, { mapping: "vfs-vf1" }],
  });
});

test("functions of the host are not mapped, and its drivers take them", async () => {
  const resources = await make({ forGuests: false });

  expect(resources.filter(({ name }) => name.endsWith("-mapping"))).toEqual([]);
  expect(operations(resources[2]?.inputs.stdin)?.[0]).toBe("vfs 68:05:ca:00:01:00 2 keep host");
});

test("a MAC is derived anew for each function, and the same each time", async () => {
  const macs = async (name: string) => {
    const program = (opts: pulumi.ComponentResourceOptions) =>
      new SriovVfSet(name, { node, card: "0000:01:00.0", count: 2 }, opts);
    const record = (await deploy(program)).find((one) => one.name === `${name}-functions`);
    return String(record?.inputs.stdin).match(/(?<= mac ).*/g) ?? [];
  };
  const [first, second] = [await macs("one"), await macs("two")];

  expect(await macs("one")).toEqual(first);
  expect(new Set([...first, ...second]).size).toBe(4);
});

test.each<[Partial<SriovVfSetArgs>, string]>([
  [{ count: 0 }, "count: got 0; expected an integer from 1 to 256"],
  [{ confirmTimeout: 5 }, "confirmTimeout: got 5; expected an integer from 30 to 3600 seconds"],
  [{ vfs: [{ name: "vf1" }] }, 'vfs[1].name: "vf1" is the same as vfs[0].name "vf1"'],
])("a set with %j is refused", (change, message) => {
  expect(() => new SriovVfSet("vfs", { ...args, ...change })).toThrow(message);
});

test("guests are given functions by name and from the rest, each one once, in the order they ask", async () => {
  const given: unknown[] = [];
  const resources = await deploy((opts) => {
    const set = new SriovVfSet("vfs", args, opts);
    const [next, wan] = [set.assign("edge"), set.assign("edge", "wan")];
    given.push(...[next, wan].map(({ name, mac }) => [name, mac]));
    new RouterVm(
      "edge",
      {
        node,
        vmId: 100,
        appliance: { os: "pfsense", iso: "none" },
        interfaces: [],
        pciMappings: [wan.mapping, next.mapping],
      },
      opts,
    );
    expect(() => set.assign("dns", "wan")).toThrow(
      'vf: wan is given to "edge"; expected one that is free',
    );
    expect(() => set.assign("dns")).toThrow(
      'vf: every function is given away: vf1 to "edge"; expected a greater count',
    );
    expect(() => set.assign("dns", "vf9")).toThrow('vf: unknown function "vf9"; expected wan, vf1');
    expect(() => set.assign(opts as never)).toThrow("guest: got {}; expected the guest's name");
  });

  const record = resources.find(({ name }) => name === "vfs-functions");
  const macs = String(record?.inputs.stdin).match(/(?<= mac ).*/g);
  expect(given).toEqual([
    ["vf1", macs?.[1]],
    ["wan", "02:00:00:00:00:01"],
  ]);
  expect(resources.find(({ name }) => name === "edge-vm")?.inputs).toMatchObject({
    hostpcis: [{ mapping: "vfs-wan" }, { mapping: "vfs-vf1" }],
  });
});

test("there is none to give where all have names, nor of functions that the host keeps", async () => {
  await deploy((opts) => {
    const named = new SriovVfSet("named", { ...args, count: 1 }, opts);
    const kept = new SriovVfSet("kept", { ...args, forGuests: false }, opts);

    expect(() => named.assign("edge")).toThrow(
      "vf: every function has a name of its own; expected one of wan",
    );
    expect(() => kept.assign("edge")).toThrow(
      "vf: none of them is for guests; expected forGuests: true",
    );
  });
});
