import { type Found, preflightIssues, type Wanted } from "../../stacks/preflight";

const wanted: Wanted = {
  key: "router",
  node: "pve",
  name: "router",
  vmId: 100,
  template: 9000,
  datastore: "local-lvm",
  snippets: "local",
  disk: 8,
};
const template = { vmId: 9000, name: "debian-13", tags: [], template: true };
const stores = [
  { id: "local", contentTypes: ["snippets", "iso"], spaceAvailable: 9 * 1024 ** 3 },
  { id: "local-lvm", contentTypes: ["images"], spaceAvailable: 8 * 1024 ** 3 },
];
const fit: Found = { vms: [template], stores };

test("a node with the template, a free id and enough space takes the router", () => {
  expect(preflightIssues("p", wanted, fit)).toEqual([]);
});

test.each([
  ["made before", { name: "edge", tags: ["proxmox-router"] }],
  ["left by an interrupted run", { name: "router", tags: [] }],
])("a router %s is no obstacle, and needs no more space", (_, vm) => {
  const full = stores.map((store) => ({ ...store, spaceAvailable: 0 }));
  const found = { vms: [template, { vmId: 100, ...vm }], stores: full };

  expect(preflightIssues("p", wanted, found)).toEqual([]);
});

test.each<[string, Found, string]>([
  [
    "no template",
    { ...fit, vms: [] },
    "p:router.template: no VM 9000 on node pve; expected a template",
  ],
  [
    "a template that is an ordinary VM",
    { ...fit, vms: [{ ...template, template: false }] },
    "p:router.template: VM 9000 is no template on node pve; expected a template",
  ],
  [
    "a foreign VM",
    { ...fit, vms: [template, { vmId: 100, name: "mail", tags: [] }] },
    'p:router.vmId: VM 100 "mail" exists on node pve and is not of this stack; expected a free id',
  ],
  [
    "too little space",
    { ...fit, stores: stores.map((one) => ({ ...one, spaceAvailable: 1024 ** 3 })) },
    "p:router.datastore: local-lvm has 1.0 GiB free, the disk of VM 100 takes 8 GiB; expected",
  ],
  [
    "no such storage",
    { ...fit, stores: stores.slice(0, 1) },
    "p:router.datastore: no storage local-lvm on node pve; expected one of local",
  ],
  [
    "no place for snippets",
    { ...fit, stores: stores.map((one) => ({ ...one, contentTypes: ["images"] })) },
    "p:router.snippets: storage local of node pve holds no snippets; expected",
  ],
])("a node with %s is refused with the remedy", (_, found, issue) => {
  expect(preflightIssues("p", wanted, found)).toEqual([expect.stringContaining(issue)]);
});
