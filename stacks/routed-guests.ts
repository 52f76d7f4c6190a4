import * as pulumi from "@pulumi/pulumi";
import { Firewall, RoutedGuests, VmBridge } from "../components";
import { type ConfigReader, readConfig, refusal } from "./config";
import { readNode } from "./node";
import { askNode } from "./preflight";
import { schema } from "./routed-guests-config";
import { configIssues } from "./routed-guests-issues";
import { routedNetwork } from "./routed-guests-network";
import { policy } from "./routed-guests-policy";

/** Guests without a bridge between them and without NAT: one tap, one address, one route for each. */
export async function routedGuests(project: string, reader: ConfigReader) {
  const config = readConfig(project, reader, schema);
  const issues = configIssues(project, config);
  if (issues.length > 0) throw refusal(issues);
  const { node } = readNode(project, config.node);
  await askNode(node.name);
  const { uplinks, routed, confirmTimeout, detectDrift } = config;
  const change = { confirmTimeout, detectDrift };

  const bridge = new VmBridge(routed.bridge, { node, bridgeName: routed.bridge, ...change });
  const firewall = new Firewall("host-firewall", {
    connection: bridge.connection,
    policy: policy(config),
    acceptRouterAdvertisements: uplinks
      .filter(({ routerAdvertisements }) => routerAdvertisements)
      .map(({ name }) => name),
    forwarding: uplinks.map(({ name }) => name),
    ...change,
  });
  const guests = new RoutedGuests("guests", {
    // Nothing of theirs is forwarded before it is filtered.
    connection: pulumi.all([bridge.connection, firewall.ruleset]).apply(([host]) => host),
    ...routedNetwork(config),
    ...change,
  });

  return { bridge: bridge.bridgeName, guests: guests.addresses };
}
