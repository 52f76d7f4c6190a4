import { type FirewallPolicy, Protocol } from "../net/policy";
import type { RouterInterface } from "../net/router-network";

/** The interfaces of a small home router: administration, the way out, one network inside. */
export const homeInterfaces: RouterInterface[] = [
  { name: "vm0", mac: "02:00:00:00:00:01", dhcp: true },
  { name: "wan", mac: "68:05:CA:00:01:00", dhcp: true, defaultRoute: true },
  {
    name: "lan",
    mac: "68:05:ca:00:01:01",
    addresses: ["192.168.100.1/24", "fd00:100::1/64"],
    pool: { from: "192.168.100.10", to: "192.168.100.250" },
  },
];

/** What that router lets through. */
export const homePolicy: FirewallPolicy = {
  management: { interface: "vm0" },
  zones: [
    { name: "wan", interfaces: ["wan"] },
    { name: "lan", interfaces: ["lan", "opt1"] },
    { name: "guest", interfaces: ["opt2"] },
  ],
  flows: [
    { from: "lan", to: "router", protocol: Protocol.Udp, ports: [53, 67] },
    { from: "lan", to: "router", protocol: Protocol.Icmp },
    { from: "wan", to: "router", protocol: Protocol.Icmp, rate: 10 },
    { from: "lan", to: "wan" },
    { from: "lan", to: "guest", protocol: Protocol.Tcp, ports: [443] },
  ],
  masquerade: ["wan"],
  forwards: [
    { name: "web", from: "wan", protocol: Protocol.Tcp, port: 443, address: "192.168.100.20" },
    {
      name: "ssh",
      from: "wan",
      protocol: Protocol.Tcp,
      port: 2222,
      address: "192.168.100.20",
      targetPort: 22,
    },
  ],
  block: ["wan"],
};
