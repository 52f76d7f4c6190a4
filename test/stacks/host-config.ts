import { schema } from "../../stacks/host-config";
import { configIssues } from "../../stacks/host-issues";

/** A guest with an address of each family, the first one of the pool. */
export const web = {
  name: "web",
  mac: "bc:24:11:00:00:01",
  address: "192.168.0.100",
  address6: "fd93:7a1c:8:5688::100",
};
/** A guest outside of the pool. */
export const mail = { name: "mail", mac: "bc:24:11:00:00:02", address: "192.168.0.200" };
/** A network of both families with a pool. */
export const inside = {
  name: "vmbr1",
  addresses: ["192.168.0.1/24", "fd93:7a1c:8:5688::1/64"],
  pool: { from: "192.168.0.100", to: "192.168.0.150", leaseTime: 259_200 },
  guests: [web, mail],
  advertise: true,
};
/** A network without one. */
export const dmz = { name: "vmbr2", addresses: ["10.9.0.1/24"] };
/** A forward to a guest. */
export const http = { name: "http", protocol: "tcp", port: 80, address: web.address };
const valid = {
  node: { name: "pve", address: "203.0.113.10" },
  uplinks: [{ name: "vmbr0", addresses: ["203.0.113.10/24", "2001:db8:113::10/64"] }],
  networks: [inside, dmz],
  allow: [
    { from: "vmbr1", to: "vmbr2", protocol: "tcp", ports: [443] },
    { from: "uplink", to: "vmbr1", protocol: "tcp", ports: [443], destinations: [web.address6] },
  ],
  forwards: [
    http,
    { name: "mail-ssh", protocol: "tcp", port: 5678, address: mail.address, targetPort: 22 },
  ],
  foreign: [{ name: "vpn", network: "10.8.0.0/16" }],
};

/** The configuration when keys are changed. */
export const configured = (change: Record<string, unknown>) =>
  schema.parse({ ...valid, ...change });
/** What is wrong with it. */
export const issues = (change: Record<string, unknown>) => configIssues("p", configured(change));
/** The two networks, the first one changed, and more. */
export const networks = (change: object, ...more: object[]) => ({
  networks: [{ ...inside, ...change }, dmz, ...more],
});
/** One forward, changed. */
export const forward = (change: object) => ({ forwards: [{ ...http, ...change }] });
