import * as pulumi from "@pulumi/pulumi";
import { Firewall, PassthroughNic, RouterVm, VmBridge } from "../components";
import { type ConfigReader, readConfig, refusal } from "./config";
import { prepareKernel } from "./host-kernel";
import { readNode, sshCommand } from "./node";
import { schema } from "./passthrough-router-config";
import { configIssues } from "./passthrough-router-issues";
import { interfaces, policy } from "./passthrough-router-network";
import { preflight } from "./preflight";

/** A router VM with a passed-through card: one way out, several networks inside, all apart. */
export async function passthroughRouter(project: string, reader: ConfigReader) {
  const config = readConfig(project, reader, schema);
  const issues = configIssues(project, config);
  if (issues.length > 0) throw refusal(issues);
  const { node, publicKey } = readNode(project, config.node);
  const { router, card, management, confirmTimeout, detectDrift } = config;
  await preflight(project, { key: "router", node: node.name, ...router });

  const bridges = new Map(
    config.bridges.map(
      (bridge) => [bridge, new VmBridge(bridge, { node, bridgeName: bridge })] as const,
    ),
  );
  const { dependsOn, outputs } = prepareKernel(node, config);
  const wholeCard = card?.mac === undefined ? undefined : true;
  const nics = card
    ? [new PassthroughNic(`${router.name}-nic`, { node, ...card, wholeCard }, { dependsOn })]
    : [];

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
    confirmTimeout,
    detectDrift,
    authorizedKeys: [publicKey],
    management: management.name,
    interfaces: interfaces(config).map(({ device, port, bridge }) => ({
      ...device,
      port,
      bridge: bridge === undefined ? undefined : (bridges.get(bridge)?.bridgeName ?? bridge),
    })),
    pciMappings: nics.map(({ mapping }) => mapping),
    ports: nics[0]?.ports,
  });

  new Firewall(
    `${router.name}-firewall`,
    { connection: machine.connection, policy: policy(config), confirmTimeout, detectDrift },
    { deletedWith: machine.vm },
  );

  return {
    router: machine.address,
    hostKey: machine.hostKey,
    ssh: pulumi
      .all([machine.address, machine.hostKey])
      .apply(([address, hostKey]) => sshCommand(config.node, address, hostKey)),
    ...outputs,
  };
}
