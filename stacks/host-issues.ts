import { Ipv6Mode } from "../components";
import { planIssues } from "../net/address-plan-issues";
import { foreignIssues } from "../net/address-plan-values";
import { bridgeGuestIssues } from "../net/bridge-guest-issues";
import { hostBridgeIssues } from "../net/host-bridge";
import type { Issues } from "../net/issues";
import { joinIssues } from "../net/joined-issues";
import { policyIssues } from "../net/policy-issues";
import { inKeys } from "./config-keys";
import { allowIssues } from "./host-allow";
import { heldGuests } from "./host-held";
import { ipv6Issues } from "./host-ipv6";
import type { HostConfig } from "./host-config";
import { addressPlan, policy, present, services } from "./host-network";
import { routedIssues } from "./host-routed";

/** Every reason why a configuration can not be built, or would lead packets astray, by its keys. */
export function configIssues(project: string, config: HostConfig): Issues {
  const { networks, allow, foreign } = config;
  const flows = policyIssues({ ...policy(config, Ipv6Mode.NdpProxy), flows: allow });
  return joinIssues(
    foreign.flatMap((one, i) => foreignIssues(`${project}:foreign[${i}]`, one)),
    networks.flatMap((network, i) =>
      inKeys(
        hostBridgeIssues({
          bridgeName: network.name,
          mode: network.mode,
          addresses: network.addresses,
          macAddress: network.mac,
          stp: network.stp,
          forwardDelay: network.forwardDelay,
          services: services(config, network),
        }),
        bridgeKeys(`${project}:networks[${i}]`),
      ),
    ),
    networks.flatMap((network, i) => heldIssues(`${project}:networks[${i}].guests`, network)),
    routedIssues(project, config),
    inKeys(planIssues(addressPlan(config), project), planKeys(project, config)),
    // The flows that the scenario adds can only be wrong where a name is.
    inKeys(flows, policyKeys(project, config)).map(withoutAddresses),
    allowIssues(project, config),
    ipv6Issues(project, config),
  );
}

function heldIssues(path: string, network: HostConfig["networks"][number]): Issues {
  const held = heldGuests(network);
  const issues = bridgeGuestIssues(
    "guests",
    held.map(({ guest }) => guest),
  );
  return inKeys(issues, new Map(held.map(({ index }, i) => [`guests[${i}]`, `${path}[${index}]`])));
}

const bridgeKeys = (network: string) =>
  new Map([
    ["services.ranges[0]", `${network}.pool`],
    ["services.leaseTime", `${network}.pool.leaseTime`],
    ["services.reservations", `${network}.guests`],
    ["services.options[0].values", `${network}.nameServers`],
    ["services.upstreams", `${network}.nameServers`],
    ["services.", `${network}.`],
    ["macAddress", `${network}.mac`],
    ["forwardDelay", `${network}.forwardDelay`],
    ["bridgeName", `${network}.name`],
    ["addresses", `${network}.addresses`],
    ["mode", `${network}.mode`],
  ]);

const planKeys = (project: string, { networks, foreign, forwards, proxies }: HostConfig) =>
  new Map([
    ...present(networks).flatMap(({ index }, i): [string, string][] => [
      [`${project}.networks[${i}].ranges[0]`, `${project}:networks[${index}].pool`],
      [`${project}.networks[${i}]`, `${project}:networks[${index}]`],
    ]),
    ...proxies.map((_, i): [string, string] => [
      `${project}.forwards[${forwards.length + i}]`,
      `${project}:proxies[${i}]`,
    ]),
    [`${project}.foreign[${foreign.length}].network`, `${project}:node.address`],
    [`${project}.`, `${project}:`],
  ]);

function policyKeys(project: string, { networks, uplinks }: HostConfig) {
  const inside = present(networks).map((one) => ({
    ...one,
    key: `${project}:networks[${one.index}]`,
  }));
  const outside = uplinks.map((one, i) => ({ ...one, key: `${project}:uplinks[${i}]` }));
  const own = [...inside, ...outside].flatMap(({ key, addresses }) =>
    addresses.map((_, i) => ({ name: `${key}.name`, address: `${key}.addresses[${i}]` })),
  );
  const paths = [
    ...outside.map(({ key }, i) => [`zones[0].interfaces[${i}]`, `${key}.name`]),
    ...inside.flatMap(({ key }, i) => [
      [`zones[${i + 1}].interfaces[0]`, `${key}.name`],
      [`zones[${i + 1}]`, key],
    ]),
    ...own.flatMap(({ name, address }, i) => [
      [`addresses[${i}].interface`, name],
      [`addresses[${i}].address`, address],
    ]),
    ["management.interface", `${project}:uplinks[0].name`],
    ["flows[", `${project}:allow[`],
    ["forwards[", `${project}:forwards[`],
  ];
  return new Map(paths.map(([path = "", key = ""]) => [path, key]));
}

// All uplinks are one zone: a forward has no key that keeps it to an address.
const withoutAddresses = (line: string) =>
  line.replace(/(?<=; expected another port), or externalAddresses$/, "");
