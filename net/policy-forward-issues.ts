import { hostAddressIssues } from "./address-issues";
import { parseAddress } from "./cidr";
import { integerIssues } from "./integer";
import { type Issues, issue, quote } from "./issues";
import type { FirewallForward, FirewallPolicy } from "./policy";
import { forwardClashes, forwardCaptures } from "./policy-forward-clashes";
import { declaredNames, interfaceZones, rateIssues, unknownZone } from "./policy-name-issues";
import { externalsIn, ownerIssues, type Owners, ownersIn } from "./policy-owners";
import { sourceListIssues } from "./policy-prefix-issues";
import { DOCUMENTATION_TOO, isSetName, membersOf, prefixesOf } from "./policy-resolve";
import { portIssues } from "./ports";

// Written out one by one, ranges that change their numbers would not fit into the kernel's maps.
const WRITTEN_OUT = 262_144;

/** Every reason why forwards can not be rendered, contradict each other, or take the way in. */
export function forwardIssues(policy: FirewallPolicy): Issues {
  const { forwards = [] } = policy;
  const zones = interfaceZones(policy);
  const [own, outside] = [ownersIn(policy), externalsIn(policy)];
  const single = forwards.flatMap((forward, i) => [
    ...unknownZone(`forwards[${i}].from`, forward.from, zones),
    ...oneForward(`forwards[${i}]`, forward, policy, (text) => own(text) ?? outside(text)),
  ]);
  const names = declaredNames("forwards", forwards);
  // Where a port is none, nothing can be said about whose it is.
  return single.length > 0
    ? [...names, ...single]
    : [
        ...names,
        ...portCountIssues(forwards),
        ...forwardClashes(policy),
        ...forwardCaptures(policy),
      ];
}

function portCountIssues(forwards: readonly FirewallForward[]): Issues {
  const ports = forwards.reduce((sum, one) => sum + (one.lastPort ?? one.port) - one.port + 1, 0);
  return ports > WRITTEN_OUT
    ? issue("forwards", `${ports} ports in all`, `at most ${WRITTEN_OUT}`)
    : [];
}

function oneForward(
  path: string,
  forward: FirewallForward,
  policy: FirewallPolicy,
  ownerOf: Owners,
): Issues {
  const { protocol, address, externalAddresses, allow } = forward;
  const family = parseAddress(address)?.family;
  const allowed = sourceListIssues(`${path}.allow`, allow, policy);
  return [
    ...(["tcp", "udp", "both"].includes(protocol)
      ? []
      : issue(`${path}.protocol`, `got ${quote(protocol)}`, "tcp, udp, both")),
    ...rangeIssues(path, forward),
    ...hostAddressIssues(`${path}.address`, address, DOCUMENTATION_TOO),
    ...ownerIssues(`${path}.address`, address, ownerOf(address), "a machine behind the router"),
    ...(externalAddresses?.length === 0
      ? issue(`${path}.externalAddresses`, "empty", "at least one address")
      : []),
    ...(externalAddresses ?? []).flatMap((one, i) => {
      const at = `${path}.externalAddresses[${i}]`;
      const issues = hostAddressIssues(at, one, DOCUMENTATION_TOO);
      if (issues.length > 0) return issues;
      return family === undefined || parseAddress(one)?.family === family
        ? []
        : issue(at, `${one} and ${address} are of different IP families`, "one family");
    }),
    ...rateIssues(`${path}.rate`, forward.rate),
    ...(allowed.length > 0 ? allowed : allowIssues(`${path}.allow`, forward, policy)),
  ];
}

function rangeIssues(path: string, forward: FirewallForward): Issues {
  const { port, lastPort, targetPort = port, lastTargetPort } = forward;
  const ends = [
    ...portIssues(`${path}.port`, port),
    ...(lastPort === undefined ? [] : portIssues(`${path}.lastPort`, lastPort)),
    ...(forward.targetPort === undefined ? [] : portIssues(`${path}.targetPort`, targetPort)),
    ...(lastTargetPort === undefined ? [] : portIssues(`${path}.lastTargetPort`, lastTargetPort)),
  ];
  if (ends.length > 0) return ends;
  if (lastPort !== undefined && lastPort <= port) {
    return issue(`${path}.lastPort`, `got ${lastPort}`, `a port above ${port}, or none`);
  }
  const size = (lastPort ?? port) - port + 1;
  if (lastTargetPort !== undefined && lastTargetPort - targetPort + 1 !== size) {
    return issue(
      `${path}.lastTargetPort`,
      `${targetPort}-${lastTargetPort} are ${lastTargetPort - targetPort + 1} ports`,
      `${size} as on the router`,
    );
  }
  return integerIssues(`${path}.targetPort`, targetPort, { min: 1, max: 65536 - size });
}

/** An allow list is part of the key that a forward is looked up by: its members must be known. */
function allowIssues(
  path: string,
  { allow = [], address }: FirewallForward,
  { sets = [] }: FirewallPolicy,
): Issues {
  const family = parseAddress(address)?.family;
  const dynamic = allow.flatMap((one, i) =>
    sets.some(({ name, timeout }) => name === one && timeout !== undefined)
      ? issue(`${path}[${i}]`, `${quote(one)} fills at run time`, "a set without timeout")
      : [],
  );
  if (dynamic.length > 0 || allow.length === 0 || family === undefined) return dynamic;
  const members = allow.flatMap((one) => (isSetName(one) ? membersOf(sets, one) : [one]));
  return prefixesOf(members, family).length > 0
    ? []
    : issue(path, `holds no IPv${family} address, as ${address} is`, "somebody who may use it");
}
