import type { FirewallPolicy } from "../policy";
import { baseChain, rule } from "./text";

/** How Proxmox calls the bridge of a guest's device that its own firewall looks at. */
const GUEST_BRIDGE = '"fwbr*"';

/**
 * What a guest sends is seen on its own bridge first, and once more when the machine routes it. Without
 * a zone of connections apart, the first look decides that its address is kept.
 */
export const guestBridges = ({ proxmoxFirewall = false }: FirewallPolicy): string[] =>
  proxmoxFirewall
    ? baseChain("fwbr", "filter hook prerouting priority raw; policy accept", [
        rule([`iifname ${GUEST_BRIDGE}`, "ct zone set 1"], "guests' own bridges"),
      ])
    : [];

/** Frames on such a bridge, which nothing is routed to, are a matter of Proxmox's firewall. */
export const guestBridgeAccepts = ({ proxmoxFirewall = false }: FirewallPolicy): string[] =>
  proxmoxFirewall
    ? [
        rule(
          [`iifname ${GUEST_BRIDGE}`, `oifname ${GUEST_BRIDGE}`, "accept"],
          "guests' own bridges",
        ),
      ]
    : [];
