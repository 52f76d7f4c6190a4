import * as pulumi from "@pulumi/pulumi";
import { Firewall, type Ipv6Mode, VmBridge } from "../components";
import { refusal } from "./config";
import type { HostConfig } from "./host-config";
import { heldGuests } from "./host-held";
import { chooseIpv6, tcpProxies } from "./host-ipv6";
import { configIssues } from "./host-issues";
import { policy, services } from "./host-network";
import { routedGuests } from "./host-routed";
import { readNode } from "./node";
import { askNode } from "./preflight";

/** Build networks of guests behind the host itself, and its packet filter. */
export async function buildHost(project: string, config: HostConfig) {
  const issues = configIssues(project, config);
  if (issues.length > 0) throw refusal(issues);
  const { node } = readNode(project, config.node);
  await askNode(node.name);
  const { networks, uplinks, forwards, confirmTimeout, detectDrift } = config;

  const { mode, reason } = chooseIpv6(config, node);
  const fitting = <T>(fn: (mode: Ipv6Mode) => T) => pulumi.output(mode).apply(fn);

  const bridges = networks.map(
    (network) =>
      new VmBridge(network.name, {
        node,
        bridgeName: network.name,
        mode: network.mode,
        addresses: network.addresses,
        macAddress: network.mac,
        stp: network.stp,
        forwardDelay: network.forwardDelay,
        portIsolation: network.portIsolation,
        guests: heldGuests(network).map(({ guest }) => guest),
        services: services(config, network),
        routedGuests: fitting((one) => routedGuests(config, network, one)),
        confirmTimeout,
        detectDrift,
      }),
  );
  const firewall = new Firewall("host-firewall", {
    // Guests are let in and out once they have a network.
    connection: pulumi.all(bridges.map(({ connection }) => connection)).apply(([host]) => {
      if (!host) throw new Error("a host without networks has no firewall");
      return host;
    }),
    policy: fitting((one) => policy(config, one)),
    proxy: fitting((one) => tcpProxies(config, one)),
    acceptRouterAdvertisements: uplinks
      .filter(({ routerAdvertisements }) => routerAdvertisements)
      .map(({ name }) => name),
    confirmTimeout,
    detectDrift,
  });

  return {
    ipv6: pulumi.interpolate`${mode}: ${reason}`,
    networks: bridges.map(({ bridgeName }) => bridgeName),
    // Known once they are in force.
    forwards: firewall.ruleset.apply(() =>
      forwards.map(
        ({ protocol, port, address, targetPort = port }) =>
          `${protocol} ${port} -> ${address.includes(":") ? `[${address}]` : address}:${targetPort}`,
      ),
    ),
  };
}
