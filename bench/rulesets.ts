import type { FirewallGuest, FirewallPolicy } from "../net/policy";

/** First of the ports that are forwarded. */
export const FIRST = 10_000;

/** Port of one more forward, for datagrams. */
export const STREAM = 9_999;

const SERVER = "10.10.0.200";

/** A router with a number of forwards and guests. */
export function policyWith(forwards: number, guests = 0): FirewallPolicy {
  return {
    management: { interface: "vm0" },
    zones: [
      { name: "wan", interfaces: ["wan"] },
      { name: "lan", interfaces: ["lan"] },
    ],
    flows: [{ from: "lan", to: "wan" }],
    masquerade: ["wan"],
    forwards: [
      {
        name: "stream",
        from: "wan",
        protocol: "udp",
        port: STREAM,
        address: SERVER,
        targetPort: 80,
      },
      ...ports(forwards).map((port) => ({
        name: `f${port}`,
        from: "wan",
        protocol: "tcp" as const,
        port,
        address: SERVER,
        targetPort: 80,
      })),
    ],
    guests: Array.from({ length: guests }, (_, i) => guest(i)),
  };
}

/** The same forwards as one nft rule each. */
export function linearNft(forwards: number): string {
  return [
    "table ip linear {",
    "chain prerouting { type nat hook prerouting priority dstnat; policy accept;",
    ...ports(forwards).map((port) => `iifname "wan" tcp dport ${port} dnat to ${SERVER}:80`),
    "}",
    "chain forward { type filter hook forward priority filter; policy drop;",
    "ct state established,related accept",
    "ct status dnat accept",
    "}",
    "}",
    "",
  ].join("\n");
}

/** The same forwards as one iptables rule each, for iptables-restore. */
export function iptables(forwards: number): string {
  return [
    "*nat",
    ...ports(forwards).map(
      (port) => `-A PREROUTING -i wan -p tcp --dport ${port} -j DNAT --to-destination ${SERVER}:80`,
    ),
    "COMMIT",
    "*filter",
    ":FORWARD DROP",
    "-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
    "-A FORWARD -m conntrack --ctstate DNAT -j ACCEPT",
    "COMMIT",
    "",
  ].join("\n");
}

const ports = (count: number) => Array.from({ length: count }, (_, i) => FIRST + i);

function guest(index: number): FirewallGuest {
  const byte = (value: number) => value.toString(16).padStart(2, "0");
  return {
    name: `g${index}`,
    interface: `tap${index}i0`,
    mac: `02:00:00:01:${byte(index >> 8)}:${byte(index & 255)}`,
    addresses: [`10.20.${index >> 8}.${index & 255}`, `fd00:20::${(index + 1).toString(16)}`],
  };
}
