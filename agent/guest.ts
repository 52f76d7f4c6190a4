import { networkFiles, SUPERSEDED_NETWORK } from "../net/guest";
import type { RouterInterface } from "../net/router-network";
import type { Operation } from "./bundle";

/** A router's interfaces, DHCP servers and DNS forwarder. */
export function networkOperations(interfaces: readonly RouterInterface[]): Operation[] {
  return [
    ...networkFiles(interfaces).map(
      ({ path, text }): Operation => ({
        kind: "file",
        path,
        text,
        // Names of interfaces are given at boot.
        at: path.endsWith(".link") ? "boot" : "live",
      }),
    ),
    ...SUPERSEDED_NETWORK.map((pattern): Operation => ({ kind: "aside", pattern })),
    // Up to version 258 it gives nothing to a host whose reservation is not what it has already.
    { kind: "networkd", forget: interfaces.filter(reserving).map(({ name }) => name) },
    { kind: "service", unit: "systemd-resolved.service", verb: "restart" },
    { kind: "enable", unit: "systemd-networkd.service" },
    { kind: "enable", unit: "systemd-resolved.service" },
  ];
}

const reserving = ({ reservations = [] }: RouterInterface) => reservations.length > 0;

/**
 * A router's packet filter, and then forwarding: nothing is forwarded unfiltered.
 *
 * @param advertised - interfaces whose default route is advertised; a machine that forwards would
 *   not listen for it any more
 * @param forwarding - interfaces that forward IPv4; all of them where there is no list
 */
export function filterOperations(
  ruleset: string,
  advertised: readonly string[] = [],
  forwarding?: readonly string[],
): Operation[] {
  const keys = forwarding?.map((name) => `net/ipv4/conf/${name}/forwarding`) ?? [
    "net/ipv4/ip_forward",
  ];
  return [
    { kind: "nft", text: ruleset },
    ...advertised.map(
      (name): Operation => ({ kind: "sysctl", key: `net/ipv6/conf/${name}/accept_ra`, value: 2 }),
    ),
    ...keys.map((key): Operation => ({ kind: "sysctl", key, value: 1 })),
    { kind: "sysctl", key: "net/ipv6/conf/all/forwarding", value: 1 },
  ];
}
