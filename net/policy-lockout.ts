import { sourceIn } from "./expect";
import { type Issues, issue } from "./issues";
import type { FirewallPolicy } from "./policy";
import { simulate } from "./simulator";
import { ownersOf } from "./simulator-routes";

// Stands for the machine's address where that comes by DHCP; set aside for no host (RFC 7600).
const UNKNOWN = "192.0.0.8";

/**
 * Every way in that a valid policy closes to the administrator.
 *
 * Proven by a new connection from the management network, to each of `ports` and of the declared
 * management ports: what is open already must not be what the proof rests on.
 */
export function lockoutIssues(policy: FirewallPolicy, ports: readonly number[]): Issues {
  const { management, addresses = [] } = policy;
  const device = management.interface;
  const own = addresses
    .filter((one) => one.interface === device)
    .map(({ address }) => address.split("/")[0] ?? "");
  const known: FirewallPolicy =
    own.length > 0
      ? policy
      : { ...policy, addresses: [...addresses, { interface: device, address: `${UNKNOWN}/32` }] };
  const wanted = [...new Set([...ports, ...(management.ports ?? [22])])];

  return (own.length > 0 ? own : [UNKNOWN]).flatMap((destination) => {
    const family = destination.includes(":") ? 6 : 4;
    const allowed = management.sources?.map((one) => one.split("/")[0] ?? "");
    const source =
      own.length > 0
        ? sourceIn(policy, "", device, family)
        : (allowed?.find((one) => !one.includes(":")) ?? sourceIn(policy, "", device, family));
    return wanted.flatMap((port) => {
      const outcome = simulate(known, { in: device, source, destination, protocol: "tcp", port });
      const inward =
        outcome.verdict === "accept" && ownersOf(known, outcome.destination).length > 0;
      const target = own.length > 0 ? `${destination} on ${device}` : device;
      return inward
        ? []
        : issue(
            "management",
            `a new connection from ${source} to ${target}, port ${port}, gets: ${outcome.verdict} by ${outcome.decidedBy}`,
            "accept, or allowLockout: true",
          );
    });
  });
}
