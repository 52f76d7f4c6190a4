import type { PortRange } from "./ports";

/** One protocol on the wire, with the destination ports it is limited to. */
export interface Carried {
  readonly protocol: "tcp" | "udp" | "sctp" | "icmp" | "esp" | "gre";
  readonly ports?: readonly PortRange[];
}

const one = (port: number): PortRange => ({ from: port, to: port });
const tcp = (...ports: number[]): Carried => ({ protocol: "tcp", ports: ports.map(one) });
const udp = (...ports: number[]): Carried => ({ protocol: "udp", ports: ports.map(one) });
const both = (...ports: number[]) => [tcp(...ports), udp(...ports)];

/** The services that have a name, and what each needs. */
export const SERVICES: Readonly<Record<string, readonly Carried[]>> = {
  dhcp: [udp(67)],
  dhcpv6: [udp(547)],
  dns: both(53),
  ftp: [tcp(21)],
  http: [tcp(80)],
  https: [tcp(443)],
  http3: both(443),
  imap: [tcp(143)],
  imaps: [tcp(993)],
  ipsec: [udp(500, 4500), { protocol: "esp" }],
  iperf: both(5201),
  ldap: [tcp(389)],
  ldaps: [tcp(636)],
  mdns: [udp(5353)],
  mysql: [tcp(3306)],
  nfs: [tcp(2049)],
  ntp: [udp(123)],
  openvpn: [udp(1194)],
  ping: [{ protocol: "icmp" }],
  pop3s: [tcp(995)],
  postgresql: [tcp(5432)],
  proxmox: [tcp(3128, 8006), { protocol: "tcp", ports: [{ from: 5900, to: 5999 }] }],
  rdp: both(3389),
  sip: both(5060),
  smb: [tcp(445)],
  smtp: [tcp(25)],
  snmp: [udp(161)],
  ssh: [tcp(22)],
  submission: [tcp(587)],
  syslog: [udp(514)],
  traceroute: [{ protocol: "udp", ports: [{ from: 33434, to: 33523 }] }],
  wireguard: [udp(51820)],
};

/** What a Proxmox VE node is administered through, beside SSH. */
export const NODE_PORTS: readonly Carried[] = [
  {
    protocol: "tcp",
    ports: [
      one(22),
      one(111),
      one(3128),
      { from: 5900, to: 5999 },
      one(8006),
      { from: 60000, to: 60050 },
    ],
  },
  { protocol: "udp", ports: [one(111), { from: 5404, to: 5412 }] },
];

/** Sorted ports with neighbours and overlaps joined: the one spelling of a set of ports. */
export function joinPorts(ports: readonly PortRange[]): PortRange[] {
  const joined: PortRange[] = [];
  for (const { from, to } of [...ports].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last && from <= last.to + 1) last.to = Math.max(last.to, to);
    else joined.push({ from, to });
  }
  return joined;
}
