import { planIssues } from "../net/address-plan-issues";
import { foreignIssues } from "../net/address-plan-values";
import { hostBridgeIssues } from "../net/host-bridge";
import type { Issues } from "../net/issues";
import { joinIssues } from "../net/joined-issues";
import { policyIssues } from "../net/policy-issues";
import { inKeys } from "./config-keys";
import type { HostConfig } from "./single-ip-host-config";
import { addressPlan, policy, services } from "./single-ip-host-network";

/** Every reason why a configuration can not be built, or would lead packets astray, by its keys. */
export function configIssues(project: string, config: HostConfig): Issues {
  const { networks, allow, foreign } = config;
  return joinIssues(
    foreign.flatMap((one, i) => foreignIssues(`${project}:foreign[${i}]`, one)),
    networks.flatMap((network, i) =>
      inKeys(
        hostBridgeIssues({
          bridgeName: network.name,
          addresses: network.addresses,
          services: services(network),
        }),
        bridgeKeys(`${project}:networks[${i}]`),
      ),
    ),
    inKeys(planIssues(addressPlan(config), project), new Map([[`${project}.`, `${project}:`]])),
    // The flows that the scenario adds can only be wrong where a name is.
    inKeys(policyIssues({ ...policy(config), flows: allow }), policyKeys(project, networks.length)),
  );
}

const bridgeKeys = (network: string) =>
  new Map([
    ["services.ranges[0]", `${network}.pool`],
    ["services.leaseTime", `${network}.pool.leaseTime`],
    ["services.reservations", `${network}.guests`],
    ["services.upstreams", `${network}.nameServers`],
    ["services.", `${network}.`],
    ["bridgeName", `${network}.name`],
    ["addresses", `${network}.addresses`],
  ]);

const policyKeys = (project: string, networks: number) =>
  new Map([
    ["zones[0].interfaces", `${project}:uplinks`],
    ...Array.from({ length: networks }, (_, i): [string, string] => [
      `zones[${i + 1}]`,
      `${project}:networks[${i}]`,
    ]),
    ["management.interface", `${project}:uplinks[0].name`],
    ["flows[", `${project}:allow[`],
    ["forwards[", `${project}:forwards[`],
  ]);
