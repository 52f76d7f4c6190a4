import { addressIssues, networkIssues } from "./address-issues";
import { parseCidr } from "./cidr";
import type { Ipv6Question } from "./ipv6-mode";
import { type Issues, issue } from "./issues";
import { interfaceNameIssues } from "./names";

/** Name servers of two operators, on the same addresses everywhere. */
export const PROBE_TARGETS = ["2606:4700:4700::1111", "2001:4860:4860::8888"];

// Of fewer addresses, one that somebody has might be borrowed.
const LONGEST = 112;

/** Every reason why a provider can not be asked about a network. */
export function ipv6ProbeIssues({
  uplink,
  network,
  targets,
}: Ipv6Question & { targets: readonly string[] }): Issues {
  const cidr = parseCidr(network);
  return [
    ...interfaceNameIssues("uplink", uplink),
    ...networkIssues("network", network, { family: 6, uplinks: cidr ? [cidr] : [] }),
    ...(cidr && cidr.prefix > LONGEST
      ? issue("network", `${network} holds few addresses`, `a prefix of /${LONGEST} at most`)
      : []),
    ...(targets.length > 3
      ? issue("targets", `got ${targets.length}`, "three at most: each takes seconds")
      : []),
    ...targets.flatMap((text, i) => addressIssues(`targets[${i}]`, text, { family: 6 })),
  ];
}
