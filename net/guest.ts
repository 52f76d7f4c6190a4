import { type ConfigFile, renderLinks, renderNetworks, renderResolved } from "./networkd";
import { renderRuleset } from "./nftables";
import type { FirewallPolicy } from "./policy";
import type { RouterInterface } from "./router-network";

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
    {
      path: FORWARDING,
      text: ["net.ipv4.ip_forward = 1", "net.ipv6.conf.all.forwarding = 1", ""].join("\n"),
    },
    { path: `/etc/systemd/system/${FIREWALL_UNIT}`, text: UNIT },
  ];
}

/** Where the ruleset of a staged tree lies, for `nft -c`. */
export const stagedRuleset = `"$stage${RULESET}"`;

// nftables.service flushes every table when it starts, ours too: follow it whenever it runs.
const UNIT = `[Unit]
Description=Packet filter and forwarding of this router
DefaultDependencies=no
After=local-fs.target nftables.service
Before=network-pre.target shutdown.target
Wants=network-pre.target
PartOf=nftables.service
Conflicts=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f ${RULESET}
ExecStart=/usr/sbin/sysctl --quiet --load=${FORWARDING}
ExecReload=/usr/sbin/nft -f ${RULESET}
ExecReload=/usr/sbin/sysctl --quiet --load=${FORWARDING}

[Install]
WantedBy=multi-user.target
`;
