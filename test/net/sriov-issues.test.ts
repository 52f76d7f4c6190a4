import type { SriovVf, SriovVfs } from "../../net/sriov";
import { sriovIssues, twinVfIssues } from "../../net/sriov-issues";

const set: SriovVfs = {
  card: "68:05:CA:00:01:00",
  count: 2,
  vfs: [
    {
      name: "wan",
      mapping: "uplink",
      mac: "02:00:00:00:00:01",
      vlan: 4094,
      qos: 7,
      trust: true,
      spoofCheck: false,
      linkState: "enable",
      maxRate: 100,
      minRate: 100,
      optional: ["minRate", "linkState"],
    },
  ],
  forGuests: true,
  allowVfReset: false,
};

test("a set in which everything is declared is accepted, and so is one of nothing", () => {
  expect(sriovIssues(set)).toEqual([]);
  expect(sriovIssues({ card: "0000:01:00.0", count: 256 })).toEqual([]);
});

test.each<[object, string]>([
  [
    { card: "enp1s0" },
    'card: got "enp1s0"; expected a permanent MAC address, or a PCI address such as 0000:01:00.0',
  ],
  [
    { card: "0000:01:00" },
    'card: got "0000:01:00"; expected a permanent MAC address, or a PCI address such as 0000:01:00.0',
  ],
  [
    { card: "01:00:5e:00:00:01" },
    'card: got "01:00:5e:00:00:01"; expected a unicast MAC such as 68:05:ca:00:01:00',
  ],
  [{ count: 0 }, "count: got 0; expected an integer from 1 to 256"],
  [{ count: 257 }, "count: got 257; expected an integer from 1 to 256"],
  [{ vfs: [{}, {}, {}] }, "vfs: 3 of them, and count is 2; expected at most 2"],
  [{ vfs: {} }, "vfs: got {}; expected a list"],
  [
    { vfs: [{ vlanId: 5 }] },
    'vfs[0]: has the key "vlanId"; expected name, mapping, mac, vlan, qos, trust, spoofCheck, linkState, maxRate, minRate, optional',
  ],
  [{ forGuests: "no" }, 'forGuests: got "no"; expected true or false'],
  [{ allowVfReset: 1 }, "allowVfReset: got 1; expected true or false"],
])("a set with %j is refused", (change, message) => {
  expect(sriovIssues({ ...set, ...change })).toEqual([message]);
});

test.each<[object, string]>([
  [{ name: "WAN" }, 'vfs[0].name: got "WAN"; expected ^[a-z][a-z0-9-]{0,11}$'],
  [
    { mac: "03:00:00:00:00:01" },
    'vfs[0].mac: got "03:00:00:00:00:01"; expected a unicast MAC such as 68:05:ca:00:01:00',
  ],
  [
    { mac: "bc:24:11:00:00:01" },
    'vfs[0].mac: "bc:24:11:00:00:01" is from the range of Proxmox; expected a MAC outside it',
  ],
  [{ vlan: 0 }, "vfs[0].vlan: got 0; expected an integer from 1 to 4094"],
  [{ vlan: 4095 }, "vfs[0].vlan: got 4095; expected an integer from 1 to 4094"],
  [{ vlan: 10, qos: 8 }, "vfs[0].qos: got 8; expected an integer from 0 to 7"],
  [{ qos: 3 }, "vfs[0].qos: a priority without a VLAN; expected vlan beside it"],
  [{ linkState: "up" }, 'vfs[0].linkState: got "up"; expected auto, enable, disable'],
  [{ trust: "on" }, 'vfs[0].trust: got "on"; expected true or false'],
  [{ maxRate: -1 }, "vfs[0].maxRate: got -1; expected an integer from 0 to 1000000 Mbit/s"],
  [{ minRate: 0.5 }, "vfs[0].minRate: got 0.5; expected an integer from 0 to 1000000 Mbit/s"],
  [
    { maxRate: 100, minRate: 101 },
    "vfs[0].minRate: 101 is above maxRate 100; expected at most that",
  ],
  [
    { optional: ["qos"] },
    'vfs[0].optional[0]: got "qos"; expected mac, vlan, trust, spoofCheck, linkState, maxRate, minRate',
  ],
])("a function with %j is refused", (vf, message) => {
  expect(sriovIssues({ card: "0000:01:00.0", count: 1, vfs: [vf as SriovVf] })).toEqual([message]);
});

test("functions that share a name, a mapping or a MAC are told by path", () => {
  const one = { name: "wan", mapping: "Uplink", mac: "02:00:00:00:00:0a" };
  const two = { name: "wan", mapping: "uplink", mac: "02:00:00:00:00:0A" };

  expect(twinVfIssues([one, two, { ...one, name: "lan", mapping: "a,b", mac: "" }])).toEqual([
    'vfs[1].name: "wan" is the same as vfs[0].name "wan"; expected another name',
    'vfs[1].mapping: "uplink" is the same as vfs[0].mapping "Uplink"; expected another name',
    'vfs[2].mapping: got "a,b"; expected an id: a letter, then letters, digits, _ -',
    'vfs[1].mac: "02:00:00:00:00:0A" is the same as vfs[0].mac; expected a MAC of its own',
  ]);
});
