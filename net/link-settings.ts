import { integerIssues } from "./integer";
import { got, type Issues, issue } from "./issues";

/** What an MTU has to fit: IPv6 on the link, and the interface below. */
export interface MtuContext {
  readonly ipv6?: boolean;
  readonly parent?: { readonly name: string; readonly mtu: number };
}

const MTU_MIN = 68;
const MTU_MIN_IPV6 = 1280;
const MTU_MAX = 65535;

/** Every reason why a value is not a VLAN tag: 0 and 4095 are reserved by IEEE 802.1Q. */
export function vlanIssues(path: string, value: unknown): Issues {
  return integerIssues(path, value, { min: 1, max: 4094 });
}

/** Every reason why a value can not be the MTU of a link. */
export function mtuIssues(path: string, value: unknown, context: MtuContext = {}): Issues {
  const { ipv6 = false, parent } = context;
  const issues = integerIssues(path, value, { min: MTU_MIN, max: MTU_MAX, unit: "bytes" });
  if (issues.length > 0) return issues;
  const mtu = value as number;
  if (ipv6 && mtu < MTU_MIN_IPV6) {
    return issue(path, `${got(mtu)} on a link with IPv6`, `at least ${MTU_MIN_IPV6} bytes`);
  }
  return parent && mtu > parent.mtu
    ? issue(path, `${got(mtu)}, more than ${parent.name} carries`, `at most ${parent.mtu} bytes`)
    : [];
}

/** Every reason why a value can not be the metric of a route. */
export function metricIssues(path: string, value: unknown): Issues {
  return integerIssues(path, value, { min: 0, max: 4_294_967_295 });
}
