import { declaredIssues } from "./declared";
import { integerIssues } from "./integer";
import { type Issues, issue } from "./issues";
import { mtuIssues } from "./link-settings";
import { macIssues } from "./mac";
import { interfaceNameIssues } from "./names";
import type { Fields } from "./shape";

/** A bridge of the kernel's. */
export interface Bridge {
  /** Interface name. */
  name: string;
  /**
   * Ethernet address; without one it changes with the ports.
   * @default the least of its ports' addresses
   */
  mac?: string;
  /**
   * Whether it looks for loops (spanning tree).
   * @default false
   */
  stp?: boolean;
  /**
   * Seconds before a new port forwards; needed where `stp` is on.
   * @default 0
   */
  forwardDelay?: number;
  /**
   * Whether its ports carry VLANs apart.
   * @default false
   */
  vlanAware?: boolean;
  /**
   * Largest packet in bytes.
   * @default 1500
   */
  mtu?: number;
}

/** Why a bridge can not be made, or would not do as told. */
export const bridgeIssues = (path: string, bridge: Bridge): Issues =>
  declaredIssues(path, bridge, BRIDGE_SHAPE, (plain) => bridgeValueIssues(path, plain));

/** What a bridge is made of, for data that no compiler has seen. */
export const BRIDGE_SHAPE: Fields = {
  name: "text",
  "mac?": "text",
  "stp?": "flag",
  "forwardDelay?": "number",
  "vlanAware?": "flag",
  "mtu?": "number",
};

/** Why the values of a bridge do not fit. */
export function bridgeValueIssues(path: string, bridge: Bridge): Issues {
  const { name, mac, mtu } = bridge;
  return [
    ...interfaceNameIssues(`${path}.name`, name),
    ...(mac === undefined ? [] : macIssues(`${path}.mac`, mac)),
    ...forwardDelayIssues(`${path}.forwardDelay`, bridge),
    ...(mtu === undefined ? [] : mtuIssues(`${path}.mtu`, mtu)),
  ];
}

/** Why new ports of a bridge can not wait that long. */
export function forwardDelayIssues(
  path: string,
  { stp = false, forwardDelay = 0 }: Pick<Bridge, "stp" | "forwardDelay">,
): Issues {
  const issues = integerIssues(path, forwardDelay, { min: 0, max: 30, unit: "seconds" });
  if (issues.length > 0 || !stp || forwardDelay >= 2) return issues;
  // The kernel raises less than two seconds to that without a word.
  return issue(path, `${forwardDelay} seconds with stp`, "2 to 30 seconds");
}
