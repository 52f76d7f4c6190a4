import { interfaceNameIssues, sameNameIssues } from "./names";
import { integerIssues } from "./integer";
import { type Issues, issue } from "./issues";
import { type Plain, parsePlain } from "./plain";
import type { FirewallPolicy } from "./policy";
import { defaultIssues, flowIssues } from "./policy-flow-issues";
import { forwardIssues } from "./policy-forward-issues";
import { guestIssues, synProtectionIssues } from "./policy-guest-issues";
import { sizeIssues } from "./policy-limits";
import { unknownZone } from "./policy-name-issues";
import { natIssues } from "./policy-nat-issues";
import { destinationIssues, prefixListIssues, setIssues } from "./policy-prefix-issues";
import { POLICY_SHAPE } from "./policy-shape";
import { zoneIssues } from "./policy-zone-issues";
import { addressIssues, interfaceAddressIssues } from "./address-issues";
import { DOCUMENTATION_TOO } from "./policy-resolve";
import { shapeIssues } from "./shape";

/** Every reason why a policy can not be rendered, or would shut the administrator out. */
export function policyIssues(policy: FirewallPolicy): Issues {
  return parsePolicy(policy).issues;
}

/** A copy of a policy that can be rendered and that nothing can change, or every reason against it. */
export function parsePolicy(policy: FirewallPolicy): Plain<FirewallPolicy> {
  const { value, issues } = parsePlain("policy", policy);
  const shape = issues.length > 0 ? issues : shapeIssues("policy", value, POLICY_SHAPE);
  if (!value || shape.length > 0) return { issues: shape.map(within) };
  const size = sizeIssues(value);
  const reasons = size.length > 0 ? size : valueIssues(value);
  return reasons.length > 0 ? { issues: reasons } : { value, issues: reasons };
}

// Only what is wrong with all of it bears its name.
const within = (line: string) => line.replace(/^policy\./, "");

function valueIssues(policy: FirewallPolicy): Issues {
  const {
    zones,
    masquerade = [],
    masquerade6 = [],
    keepAddresses = [],
    block = [],
    addresses = [],
    routes = [],
  } = policy;
  const names = zones.map((zone) => zone.name);
  const known = (path: string, name: string) => unknownZone(path, name, names);

  return [
    ...zoneIssues(policy),
    ...managementIssues(policy.management),
    ...setIssues(policy),
    ...policy.flows.flatMap((flow, i) => flowIssues(`flows[${i}]`, flow, policy)),
    ...sameNameIssues(
      policy.flows.flatMap(({ name }, i) =>
        name === undefined ? [] : [{ path: `flows[${i}].name`, name }],
      ),
    ),
    ...defaultIssues(policy),
    ...masquerade.flatMap((name, i) => known(`masquerade[${i}]`, name)),
    ...masquerade6.flatMap((name, i) => known(`masquerade6[${i}]`, name)),
    ...keepAddresses.flatMap((name, i) => known(`keepAddresses[${i}]`, name)),
    ...block.flatMap((name, i) => known(`block[${i}]`, name)),
    ...forwardIssues(policy),
    ...natIssues(policy),
    ...guestIssues(policy),
    ...synProtectionIssues(policy),
    ...(policy.proxmoxFirewall && !policy.management.node
      ? issue("proxmoxFirewall", "true without management.node", "a Proxmox VE node")
      : []),
    ...addresses.flatMap((one, i) => [
      ...interfaceNameIssues(`addresses[${i}].interface`, one.interface),
      ...interfaceAddressIssues(`addresses[${i}].address`, one.address, DOCUMENTATION_TOO),
    ]),
    ...routes.flatMap((one, i) => [
      ...interfaceNameIssues(`routes[${i}].interface`, one.interface),
      ...destinationIssues(`routes[${i}].destination`, one.destination),
      ...(one.gateway === undefined ? [] : addressIssues(`routes[${i}].gateway`, one.gateway)),
    ]),
  ];
}

function managementIssues({
  interface: device,
  ports = [22],
  sources,
}: FirewallPolicy["management"]): Issues {
  return [
    ...interfaceNameIssues("management.interface", device),
    ...(ports.length === 0
      ? issue("management.ports", "empty", "at least one port, or nobody could get in")
      : ports.flatMap((port, i) =>
          integerIssues(`management.ports[${i}]`, port, { min: 1, max: 65535 }),
        )),
    ...(sources?.length === 0
      ? issue("management.sources", "empty", "at least one network, or nobody could get in")
      : prefixListIssues("management.sources", sources)),
  ];
}
