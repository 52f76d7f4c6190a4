import { createHmac } from "node:crypto";
import { parse } from "yaml";
import { build } from "../../stacks";
import { findHostKey } from "../../stacks/known-hosts";
import { read } from "../documents";

const config = (values: Record<string, unknown>) => ({
  get: (key: string) => values[key] as string | undefined,
  getObject: (key: string) => values[key],
  keys: () => Object.keys(values),
});

const valid = {
  topology: "passthrough-router",
  node: { name: "pve", address: "192.0.2.10" },
  router: { vmId: 100 },
  wan: { bridge: "vmbr0" },
  lans: [{ name: "lan", bridge: "vmbr1", address: "192.168.1.1/24" }],
};

test.each<[Record<string, unknown>, string]>([
  [{ topology: undefined }, "proxmox-router:topology: missing; expected passthrough-router"],
  [{ topology: "mesh" }, 'proxmox-router:topology: got "mesh"; expected passthrough-router'],
  [{ node: undefined }, "proxmox-router:node: missing; expected object"],
  [{ router: {} }, "proxmox-router:router.vmId: missing; expected number"],
  [{ router: { vmId: "100" } }, 'proxmox-router:router.vmId: got "100"; expected number'],
  [{ router: { vmId: 100.5 } }, "proxmox-router:router.vmId: got 100.5; expected integer"],
  [
    { forward: [] },
    "proxmox-router:forward: unknown key; expected topology, node, kernel, router, card,",
  ],
  [
    { wan: { mac: "68:05:ca:00:01:00" } },
    "proxmox-router:wan: no bridge, and no card; expected a bridge, or proxmox-router:card beside port or mac",
  ],
  [
    { card: { path: "0000:01:00" }, lans: [{ name: "lan", address: "10.0.0.1/24" }] },
    "proxmox-router:lans[0]: none of port, mac and bridge; expected one of them",
  ],
  [{ router: { vmId: 9 } }, "proxmox-router:router.vmId: got 9; expected at least 100"],
  [{ router: { vmId: 100, ram: 5 } }, "proxmox-router:router.ram: unknown key; expected vmId, "],
  [{ lans: [] }, "proxmox-router:lans: got []; expected at least 1 item"],
  [
    { lans: [{ name: "lan", bridge: "vmbr1" }] },
    "proxmox-router:lans[0].address: missing; expected string",
  ],
  [
    { allow: [{ from: "lan", to: "wan", protocol: "igmp" }] },
    'proxmox-router:allow[0].protocol: got "igmp"; expected tcp, udp, both, icmp, sctp, esp, gre',
  ],
  [
    { forwards: [{ name: "ping", protocol: "icmp", port: 1, address: "192.168.1.5" }] },
    'proxmox-router:forwards[0].protocol: got "icmp"; expected tcp, udp, both',
  ],
  [
    { forwards: [{ name: "web", protocol: "both", port: 443, address: "172.16.0.5" }] },
    "Invalid configuration:\n  - proxmox-router:forwards[0].address: 172.16.0.5 is in no declared network; expected a host in 192.168.1.0/24",
  ],
  [
    { lans: [{ name: "lan", bridge: "vmbr1", address: "10.0.0.1/24", reservations: [{}] }] },
    "proxmox-router:lans[0].reservations[0].mac: missing; expected string",
  ],
  [
    { foreign: [{ network: "10.8.0.0/16" }] },
    "proxmox-router:foreign[0].name: missing; expected string",
  ],
  [
    { node: { name: "pve", address: "192.0.2.10", knownHostsFile: "/nowhere" } },
    "proxmox-router:node.knownHostsFile: /nowhere has no ed25519 key of 192.0.2.10; expected one. Add it",
  ],
  [
    { node: { name: "pve", address: "192.0.2.10", knownHostsFile: "/dev/null" } },
    "proxmox-router:node.knownHostsFile: /dev/null has no ed25519 key of 192.0.2.10; expected one.",
  ],
])("configuration with %j is refused by key, fact and expectation", async (change, message) => {
  const built = build("proxmox-router", config({ ...valid, ...change }));

  await expect(built).rejects.toThrow(message);
});

const server = {
  topology: "single-ip-host",
  node: { name: "pve", address: "192.0.2.10", knownHostsFile: "/nowhere" },
  uplinks: [{ name: "vmbr0" }],
  networks: [{ name: "vmbr1", addresses: ["192.168.1.1/24"] }],
};

/** What Pulumi sets of its own accord: the default of each key in Pulumi.yaml. */
const defaults = Object.fromEntries(
  Object.entries(
    (parse(read("Pulumi.yaml")) as { config: Record<string, { default: unknown }> }).config,
  ).map(([key, { default: value }]) => [key, value]),
);

test.each([valid, server])(
  "keys of other topologies are as good as absent while they have their default: $topology",
  async (own) => {
    const node = { ...own.node, knownHostsFile: "/nowhere" };

    // The first thing that is asked once the configuration is in order.
    await expect(build("proxmox-router", config({ ...defaults, ...own, node }))).rejects.toThrow(
      "proxmox-router:node.knownHostsFile: /nowhere has no ed25519 key of 192.0.2.10; expected one. Add it",
    );
  },
);

test.each<[{ topology: string }, Record<string, unknown>, string]>([
  [
    valid,
    { proxies: [{}] },
    "proxmox-router:proxies: unknown key; expected topology, node, kernel, router, card, management, wan, bridges, confirmTimeout, detectDrift, lans, allow, forwards, foreign",
  ],
  [
    valid,
    { networks: server.networks },
    "proxmox-router:networks: unknown key; expected topology,",
  ],
  [valid, { uplinks: server.uplinks }, "proxmox-router:uplinks: unknown key; expected topology,"],
  [
    server,
    { router: { vmId: 100 } },
    "proxmox-router:router: unknown key; expected topology, node, uplinks, networks, ipv6, allow, forwards, proxies, foreign, proxmoxFirewall, confirmTimeout, detectDrift",
  ],
  [server, { lans: valid.lans }, "proxmox-router:lans: unknown key; expected topology,"],
  [server, { bridges: ["vmbr1"] }, "proxmox-router:bridges: unknown key; expected topology,"],
  [server, { wan: valid.wan }, "proxmox-router:wan: unknown key; expected topology,"],
])("$topology does not take %j, which is another topology's", async (own, change, message) => {
  const given = config({ ...defaults, ...own, ...change });

  await expect(build("proxmox-router", given)).rejects.toThrow(
    `Invalid configuration:\n  - ${message}`,
  );
});

test("every wrong key is reported at once", async () => {
  const broken = config({ ...valid, router: { vmId: 9 }, wan: undefined });

  await expect(build("proxmox-router", broken)).rejects.toThrow(
    "Invalid configuration:\n  - proxmox-router:router.vmId: got 9; expected at least 100\n" +
      "  - proxmox-router:wan: missing; expected object",
  );
});

test("a host key is found by plain and by hashed name, and by port", () => {
  const salt = Buffer.from("0123456789abcdefghij");
  const hash = createHmac("sha1", salt).update("[pve.example.net]:2222").digest("base64");
  const knownHosts = [
    "# comment",
    "192.0.2.10 ssh-rsa AAAArsa",
    "192.0.2.10,pve ssh-ed25519 AAAAplain root@pve",
    "@revoked 192.0.2.11 ssh-ed25519 AAAArevoked",
    `|1|${salt.toString("base64")}|${hash} ssh-ed25519 AAAAhashed`,
  ].join("\n");

  expect(findHostKey(knownHosts, "192.0.2.10", 22)).toBe("ssh-ed25519 AAAAplain");
  expect(findHostKey(knownHosts, "pve.example.net", 2222)).toBe("ssh-ed25519 AAAAhashed");
  expect(findHostKey(knownHosts, "pve.example.net", 22)).toBeUndefined();
  expect(findHostKey(knownHosts, "192.0.2.11", 22)).toBeUndefined();
});
