import { planIssues } from "../net/address-plan-issues";
import { foreignIssues } from "../net/address-plan-values";
import type { Issues } from "../net/issues";
import { joinIssues } from "../net/joined-issues";
import { policyIssues } from "../net/policy-issues";
import { routedNetworkIssues } from "../net/tap-guests";
import { inKeys } from "./config-keys";
import type { RoutedConfig } from "./routed-guests-config";
import { addressPlan, routedNetwork } from "./routed-guests-network";
import { policy } from "./routed-guests-policy";

/** Every reason why a configuration can not be built, or would lead packets astray, by its keys. */
export function configIssues(project: string, config: RoutedConfig): Issues {
  const { allow, foreign } = config;
  const plan = joinIssues(
    foreign.flatMap((one, i) => foreignIssues(`${project}:foreign[${i}]`, one)),
    inKeys(planIssues(addressPlan(config), project), planKeys(project, config)),
  );
  // Without addresses for all of them nothing else can be said.
  if (plan.length > 0) return plan;
  return joinIssues(
    inKeys(routedNetworkIssues(routedNetwork(config)), networkKeys(project)),
    // The flows that the scenario adds can only be wrong where a name is.
    inKeys(policyIssues({ ...policy(config), flows: allow }), policyKeys(project, config)),
  );
}

const planKeys = (project: string, { foreign }: RoutedConfig) =>
  new Map([
    [`${project}.networks[0].guests`, `${project}:guests`],
    [`${project}.networks[0].`, `${project}:routed.`],
    [`${project}.networks[0]`, `${project}:routed`],
    [`${project}.foreign[${foreign.length}].network`, `${project}:node.address`],
    [`${project}.`, `${project}:`],
  ]);

const networkKeys = (project: string) =>
  new Map([
    ["services.reservations", `${project}:guests`],
    ["services.upstreams", `${project}:routed.nameServers`],
    ["services.", `${project}:routed.`],
    ["bridgeName", `${project}:routed.bridge`],
    ["addresses", `${project}:routed.addresses`],
    ["guests", `${project}:guests`],
    ["uplinks", `${project}:uplinks`],
  ]);

function policyKeys(project: string, { uplinks, guests, routed }: RoutedConfig) {
  const own = [
    ...uplinks.flatMap(({ addresses }, i) =>
      addresses.map((_, j) => [`uplinks[${i}].name`, `uplinks[${i}].addresses[${j}]`] as const),
    ),
    ...routed.addresses.map((_, i) => ["guests[0]", `routed.addresses[${i}]`] as const),
  ];
  const paths = [
    ...uplinks.map((_, i) => [`zones[0].interfaces[${i}]`, `uplinks[${i}].name`]),
    ...guests.map((_, i) => [`zones[1].interfaces[${i}]`, `guests[${i}].interface`]),
    ...own.flatMap(([name, address], i) => [
      [`addresses[${i}].interface`, name],
      [`addresses[${i}].address`, address],
    ]),
    ["management.interface", "uplinks[0].name"],
    ["flows[", "allow["],
    ["guests[", "guests["],
  ];
  return new Map(paths.map(([path = "", key = ""]) => [path, `${project}:${key}`]));
}
