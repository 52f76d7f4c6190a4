import { schema } from "../../stacks/passthrough-router-config";
import { configIssues } from "../../stacks/passthrough-router-issues";

/** A host with a reservation. */
export const nas = { mac: "bc:24:11:00:00:01", address: "192.168.1.20", name: "nas" };
/** A network with a pool. */
export const lan = {
  name: "lan",
  bridge: "vmbr1",
  address: "192.168.1.1/24",
  pool: { from: "192.168.1.10", to: "192.168.1.250" },
};
/** A network without one. */
export const dmz = { name: "dmz", bridge: "vmbr2", address: "10.9.0.1/24" };
/** A forward to a fixed address. */
export const web = { name: "web", protocol: "tcp", port: 443, address: "10.9.0.5" };
const valid = {
  node: { name: "pve", address: "192.0.2.10" },
  router: { vmId: 100 },
  management: { address: "192.0.2.20/24" },
  wan: { bridge: "vmbr3" },
  bridges: ["vmbr1", "vmbr2"],
  lans: [{ ...lan, reservations: [nas] }, dmz],
  allow: [{ from: "lan", to: "dmz" }],
  forwards: [web, { ...web, name: "files", port: 445, address: nas.address }],
  foreign: [{ name: "vpn", network: "10.8.0.0/16" }],
};

/** What is wrong with the configuration when keys are changed. */
export const issues = (change: Record<string, unknown>) =>
  configIssues("p", schema.parse({ ...valid, ...change }));
/** The two networks, the first one changed, and more. */
export const lans = (change: object, ...more: object[]) => ({
  lans: [{ ...lan, ...change }, dmz, ...more],
});
/** Reservations in the first network. */
export const reservations = (...list: object[]) => ({
  ...lans({ reservations: list }),
  forwards: [],
});
/** A forward to one more address. */
export const target = (address: string) => ({
  forwards: [web, { ...web, name: "x", port: 1, address }],
});
