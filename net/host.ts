import type { ConfigFile } from "./config-file";
import { type DnsmasqServer, renderDnsmasq } from "./dnsmasq";
import { renderHaproxy, type TcpProxies } from "./haproxy";
import { renderService, ServiceType, type SystemdService } from "./systemd-unit";

/** The unit of the DHCP and DNS of one network. */
export const dnsmasqUnit = (name: string): string => `proxmox-router-dnsmasq-${name}.service`;

/** The unit of the TCP proxies of a machine. */
export const HAPROXY_UNIT = "proxmox-router-haproxy.service";

const HAPROXY_CONFIG = "/etc/proxmox-router/haproxy.cfg";

/** Every file of the DHCP and DNS of one network; Debian's own dnsmasq.service is not touched. */
export function dnsmasqFiles(server: DnsmasqServer): ConfigFile[] {
  const config = `/etc/proxmox-router/dnsmasq-${server.name}.conf`;
  return [
    { path: config, text: renderDnsmasq(server) },
    unit(dnsmasqUnit(server.name), {
      description: `DHCP and DNS of ${server.name}`,
      // Guests ask as soon as they start. The interfaces may come later.
      before: ["pve-guests.service"],
      type: ServiceType.Exec,
      start: [
        ["/usr/sbin/dnsmasq", "--keep-in-foreground", "--pid-file=", `--conf-file=${config}`],
      ],
      restart: true,
      wantedBy: ["multi-user.target"],
    }),
  ];
}

/** The unit that follows the guests of one network as they start and stop. */
export const followerUnit = (name: string): string => `proxmox-router-taps-${name}.service`;

/** Every file of that unit, which runs the given program of sh(1). */
export function followerFiles(name: string, program: string): ConfigFile[] {
  const path = `/etc/proxmox-router/follow-taps-${name}.sh`;
  return [
    { path, text: program },
    unit(followerUnit(name), {
      description: `Routes to the guests of ${name}`,
      before: ["pve-guests.service"],
      type: ServiceType.Exec,
      start: [["/bin/sh", path]],
      restart: true,
      wantedBy: ["multi-user.target"],
    }),
  ];
}

/** Every file of the TCP proxies of a machine; Debian's own haproxy.service is not touched. */
export function haproxyFiles(config: TcpProxies): ConfigFile[] {
  return [
    { path: HAPROXY_CONFIG, text: renderHaproxy(config) },
    unit(HAPROXY_UNIT, {
      description: "TCP proxies to guests",
      // It can only listen on addresses that are there.
      after: ["network-online.target"],
      wants: ["network-online.target"],
      type: ServiceType.Notify,
      start: [["/usr/sbin/haproxy", "-Ws", "-f", HAPROXY_CONFIG]],
      restart: true,
      wantedBy: ["multi-user.target"],
    }),
  ];
}

const unit = (name: string, service: SystemdService): ConfigFile => ({
  path: `/etc/systemd/system/${name}`,
  text: renderService(service),
});
