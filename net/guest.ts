import type { ConfigFile } from "./config-file";
import { renderLinks, renderNetworks, renderResolved } from "./networkd";
import { renderRuleset } from "./nftables";
import type { FirewallPolicy } from "./policy";
import type { RouterInterface } from "./router-network";
import { renderSysctl, type Sysctl, SysctlKey } from "./sysctl";
import { renderService, ServiceType, type SystemdService } from "./systemd-unit";

const RULESET = "/etc/proxmox-router/ruleset.nft";
const FORWARDING = "/etc/proxmox-router/forwarding.conf";

/** The unit that loads the packet filter, and only then lets the kernel forward. */
export const FIREWALL_UNIT = "proxmox-router-firewall.service";

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

/** Every file of a router's packet filter. */
export function firewallFiles(policy: FirewallPolicy): ConfigFile[] {
  return [
    { path: RULESET, text: renderRuleset(policy) },
    { path: FORWARDING, text: renderSysctl(forwarding) },
    { path: `/etc/systemd/system/${FIREWALL_UNIT}`, text: renderService(firewall) },
  ];
}

/** Where the ruleset of a staged tree lies, for `nft -c`. */
export const stagedRuleset = `"$stage${RULESET}"`;

const forwarding: Sysctl[] = [
  { key: SysctlKey.ForwardIpv4, value: 1 },
  { key: SysctlKey.InterfaceForwardIpv6, interface: "all", value: 1 },
];

const load = [
  ["/usr/sbin/nft", "-f", RULESET],
  ["/usr/sbin/sysctl", "--quiet", `--load=${FORWARDING}`],
];

const firewall: SystemdService = {
  description: "Packet filter and forwarding of this router",
  defaultDependencies: false,
  // nftables.service flushes every table when it starts, ours too: follow it whenever it runs.
  after: ["local-fs.target", "nftables.service"],
  before: ["network-pre.target", "shutdown.target"],
  wants: ["network-pre.target"],
  partOf: ["nftables.service"],
  conflicts: ["shutdown.target"],
  type: ServiceType.Oneshot,
  remainAfterExit: true,
  start: load,
  reload: load,
  wantedBy: ["multi-user.target"],
};
