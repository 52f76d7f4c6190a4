import { got, type Issues, issue, quote } from "./issues";
import type { FirewallPolicy } from "./policy";
import type { FirewallFlow } from "./policy-flows";

/** What guests on a host bridge reach, and who reaches them. */
export const BridgeMode = {
  Isolated: "isolated",
  Nat: "nat",
  Routed: "routed",
  Open: "open",
} as const;
/**
 * What guests on a host bridge reach, and who reaches them: `isolated`, each other alone, the host is
 * not on it; `nat`, the outside, by the host's address; `routed`, the outside, by their own addresses,
 * while only declared flows lead inward; `open`, the same, and everybody reaches them.
 */
export type BridgeMode = (typeof BridgeMode)[keyof typeof BridgeMode];

/** A host bridge as a packet filter sees it. */
export interface BridgeZone {
  /** Name of the bridge; its zone bears it. */
  bridgeName: string;
  /** What its guests reach, and who reaches them. */
  mode: BridgeMode;
}

/**
 * The part of a policy that makes bridges what their modes say.
 *
 * `outside` is the zone of the uplinks, which is masqueraded wherever a bridge has the mode `nat`.
 */
export function bridgePolicy(
  bridges: readonly BridgeZone[],
  outside: string,
): Required<Pick<FirewallPolicy, "zones" | "flows" | "masquerade" | "keepAddresses">> {
  const zones = bridges.filter(({ mode }) => mode !== BridgeMode.Isolated);
  const named = (...modes: BridgeMode[]) =>
    zones.filter(({ mode }) => modes.includes(mode)).map(({ bridgeName }) => bridgeName);
  const names = zones.map(({ bridgeName }) => bridgeName);
  return {
    zones: names.map((name) => ({ name, interfaces: [name] })),
    flows: [
      ...names.map((from): FirewallFlow => ({ from, to: outside })),
      ...named(BridgeMode.Open).flatMap((to) =>
        [outside, ...names.filter((name) => name !== to)].map(
          (from): FirewallFlow => ({ from, to }),
        ),
      ),
    ],
    masquerade: named(BridgeMode.Nat).length > 0 ? [outside] : [],
    keepAddresses: named(BridgeMode.Routed, BridgeMode.Open),
  };
}

/** Why a bridge can not be what its mode says, with an address of the host or guests it serves. */
export function bridgeModeIssues(mode: BridgeMode, addressed: boolean, serving: boolean): Issues {
  const modes: readonly string[] = Object.values(BridgeMode);
  if (!modes.includes(mode)) return issue("mode", got(mode), "isolated, nat, routed or open");
  if (mode === BridgeMode.Isolated && (addressed || serving))
    return issue("mode", `${quote(mode)}, yet the host has a part in it`, "nat, routed or open");
  return mode === BridgeMode.Isolated || addressed
    ? []
    : issue("mode", `${quote(mode)} without an address of the host`, "one, or isolated");
}
