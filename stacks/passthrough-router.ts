import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import {
  Firewall,
  type FirewallPolicy,
  PassthroughNic,
  Protocol,
  RouterVm,
  type RouterVmInterfaceArgs,
  VmBridge,
} from "../components";
import { ConfigError, type ConfigReader, readConfig } from "./config";
import { nodeConfig, readNode, sshCommand } from "./node";
import { preflight } from "./preflight";

const port = z.int().min(1).max(65535);
const protocol = z.enum(Protocol);
const nic = { mac: z.string().optional(), bridge: z.string().optional() };

const isEmpty = (value: unknown) => JSON.stringify(value) === "{}";

const schema = z.object({
  node: nodeConfig,
  router: z.strictObject({
    vmId: z.int().min(100).max(999_999_999),
    name: z.string().default("router"),
    template: z.int().default(9000),
    datastore: z.string().default("local-lvm"),
    snippets: z.string().default("local"),
    cores: z.int().min(1).default(2),
    memory: z.int().min(128).default(1024),
    disk: z.int().min(1).default(8),
    bootTimeout: z.int().min(10).default(600),
  }),
  // A typed key of Pulumi.yaml needs a default: an empty one means no card.
  card: z.preprocess(
    (value) => (isEmpty(value) ? undefined : value),
    z.strictObject({ path: z.string() }).optional(),
  ),
  management: z
    .strictObject({
      name: z.string().default("vm0"),
      bridge: z.string().default("vmbr0"),
      address: z.string().optional(),
    })
    .prefault({}),
  wan: z.strictObject({ name: z.string().default("wan"), ...nic }),
  bridges: z.array(z.string()).default([]),
  lans: z
    .array(
      z.strictObject({
        name: z.string(),
        ...nic,
        address: z.string(),
        pool: z
          .strictObject({ from: z.string(), to: z.string(), leaseTime: z.int().optional() })
          .optional(),
      }),
    )
    .min(1),
  allow: z
    .array(
      z.strictObject({
        from: z.string(),
        to: z.string(),
        protocol: protocol.optional(),
        ports: z.array(port).optional(),
      }),
    )
    .default([]),
  forwards: z
    .array(
      z.strictObject({
        name: z.string(),
        protocol,
        port,
        address: z.string(),
        targetPort: port.optional(),
      }),
    )
    .default([]),
});

type Config = z.infer<typeof schema>;

/** A router VM with a passed-through card: one way out, several networks inside, all apart. */
export async function passthroughRouter(project: string, reader: ConfigReader) {
  const config = readConfig(project, reader, schema);
  refusePorts(project, config);
  const { node, publicKey } = readNode(project, config.node);
  const { router, card, management } = config;
  await preflight(project, { node: node.name, ...router });

  const bridges = new Map(
    config.bridges.map(
      (bridge) => [bridge, new VmBridge(bridge, { node, bridgeName: bridge })] as const,
    ),
  );
  const nics = card ? [new PassthroughNic(`${router.name}-nic`, { node, ...card })] : [];

  const machine = new RouterVm(router.name, {
    node,
    vmId: router.vmId,
    template: router.template,
    datastore: router.datastore,
    snippets: router.snippets,
    cores: router.cores,
    memory: router.memory,
    diskSize: router.disk,
    bootTimeout: router.bootTimeout,
    authorizedKeys: [publicKey],
    management: management.name,
    interfaces: interfaces(config, bridges),
    pciMappings: nics.map(({ mapping }) => mapping),
  });

  new Firewall(
    `${router.name}-firewall`,
    { connection: machine.connection, policy: policy(config) },
    { deletedWith: machine.vm },
  );

  return {
    router: machine.address,
    hostKey: machine.hostKey,
    ssh: pulumi
      .all([machine.address, machine.hostKey])
      .apply(([address, hostKey]) => sshCommand(config.node, address, hostKey)),
  };
}

/** A port needs a card: without one the guest would wait for an interface that never comes. */
function refusePorts(project: string, { card, wan, lans }: Config): void {
  const nics = [{ key: "wan", ...wan }, ...lans.map((lan, i) => ({ key: `lans[${i}]`, ...lan }))];
  const stray = nics.filter(({ mac, bridge }) => bridge === undefined && (!card || !mac));
  if (stray.length === 0) return;
  throw new ConfigError(
    [
      "Invalid configuration:",
      ...stray.map(({ key }) =>
        card
          ? `${project}:${key}: neither mac nor bridge; expected the mac of a port, or a bridge`
          : `${project}:${key}: no bridge, and no card; expected a bridge, or ${project}:card beside mac`,
      ),
    ].join("\n  - "),
  );
}

function interfaces(
  { management, wan, lans }: Config,
  bridges: ReadonlyMap<string, VmBridge>,
): RouterVmInterfaceArgs[] {
  const attach = ({ bridge, mac }: { bridge?: string; mac?: string }) => ({
    mac,
    bridge: bridge === undefined ? undefined : (bridges.get(bridge)?.bridgeName ?? bridge),
  });
  return [
    {
      name: management.name,
      bridge: management.bridge,
      ...(management.address ? { addresses: [management.address] } : { dhcp: true }),
    },
    { name: wan.name, ...attach(wan), dhcp: true, defaultRoute: true },
    ...lans.map((lan) => ({
      name: lan.name,
      ...attach(lan),
      addresses: [lan.address],
      pool: lan.pool,
    })),
  ];
}

function policy({ management, wan, lans, allow, forwards }: Config): FirewallPolicy {
  const inside = lans.map(({ name }) => name);
  return {
    management: { interface: management.name },
    zones: [wan.name, ...inside].map((name) => ({ name, interfaces: [name] })),
    flows: [
      ...inside.flatMap((from) => [
        { from, to: "router", protocol: Protocol.Udp, ports: [53, 67] },
        { from, to: "router", protocol: Protocol.Tcp, ports: [53] },
        { from, to: "router", protocol: Protocol.Icmp },
        { from, to: wan.name },
      ]),
      { from: wan.name, to: "router", protocol: Protocol.Icmp, rate: 10 },
      ...allow,
    ],
    masquerade: [wan.name],
    forwards: forwards.map((forward) => ({ ...forward, from: wan.name })),
    block: [wan.name],
  };
}
