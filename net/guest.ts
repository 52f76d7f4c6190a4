import type { ConfigFile } from "./config-file";
import { renderLinks, renderNetworks, renderResolved } from "./networkd";
import type { RouterInterface } from "./router-network";

/** What cloud-init wrote for the first boot: from now on it would contradict ours. */
export const SUPERSEDED_NETWORK = [
  "/etc/netplan/*.yaml",
  "/etc/systemd/network/10-cloud-init-*",
  "/run/systemd/network/10-netplan-*",
];

/** Every file of a router's interfaces, DHCP servers and DNS forwarder. */
export function networkFiles(interfaces: readonly RouterInterface[]): ConfigFile[] {
  return [...renderLinks(interfaces), ...renderNetworks(interfaces), renderResolved(interfaces)];
}
