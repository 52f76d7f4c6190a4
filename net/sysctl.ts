import { HEADER } from "./config-file";

/** The kernel settings that can be asked for; `*` stands for one interface. */
export const SysctlKey = {
  ForwardIpv4: "net.ipv4.ip_forward",
  InterfaceForwardIpv4: "net.ipv4.conf.*.forwarding",
  InterfaceForwardIpv6: "net.ipv6.conf.*.forwarding",
  ReversePath: "net.ipv4.conf.*.rp_filter",
  ProxyArp: "net.ipv4.conf.*.proxy_arp",
  ProxyNdp: "net.ipv6.conf.*.proxy_ndp",
  AcceptRa: "net.ipv6.conf.*.accept_ra",
  DisableIpv6: "net.ipv6.conf.*.disable_ipv6",
  ArpIgnore: "net.ipv4.conf.*.arp_ignore",
  ArpAnnounce: "net.ipv4.conf.*.arp_announce",
  SendRedirects: "net.ipv4.conf.*.send_redirects",
  NeighboursIpv4: "net.ipv4.neigh.default.gc_thresh3",
  NeighboursIpv6: "net.ipv6.neigh.default.gc_thresh3",
  Connections: "net.netfilter.nf_conntrack_max",
} as const;
/** One of the kernel settings that can be asked for. */
export type SysctlKey = (typeof SysctlKey)[keyof typeof SysctlKey];

/** One kernel setting. */
export interface Sysctl {
  /** Which setting. */
  readonly key: SysctlKey;
  /** Interface it holds for, where the key has a `*`: a name, `all`, or `default` for later ones. */
  readonly interface?: string;
  /** The value. */
  readonly value: number;
}

/** Render kernel settings for boot, in the order given (sysctl.d(5)). */
export const renderSysctl = (settings: readonly Sysctl[]): string =>
  [HEADER, ...settings.map((one) => `${sysctlName(one)} = ${one.value}`), ""].join("\n");

/** The setting's whole name; a dot within an interface's, as in `vmbr0.100`, is written as slash. */
export const sysctlName = ({ key, interface: device = "*" }: Sysctl): string =>
  key.replace("*", device.replaceAll(".", "/"));
