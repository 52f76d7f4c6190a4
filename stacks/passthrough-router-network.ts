import { type FirewallPolicy, Protocol, type RouterAddressing } from "../components";
import type { RouterConfig } from "./passthrough-router-config";

/** One interface of the router, and the bridge it is on, or the port of the card that it is. */
interface Attached {
  readonly device: RouterAddressing & { name: string; mac?: string };
  readonly bridge?: string;
  readonly port?: number;
}

/** The router's interfaces: administration, the way out, then those of `lans`. */
export function interfaces({ management, wan, lans }: RouterConfig): Attached[] {
  const { name, bridge, address } = management;
  return [
    { bridge, device: { name, ...(address ? { addresses: [address] } : { dhcp: true }) } },
    {
      bridge: wan.bridge,
      port: wan.port,
      device: { name: wan.name, mac: wan.mac, dhcp: true, defaultRoute: true },
    },
    ...lans.map(({ bridge, port, address, ...lan }) => ({
      bridge,
      port,
      device: { ...lan, addresses: [address] },
    })),
  ];
}

/** What the router lets through. */
export function policy({ management, wan, lans, allow, forwards }: RouterConfig): FirewallPolicy {
  const inside = lans.map(({ name }) => name);
  return {
    management: { interface: management.name },
    zones: [wan.name, ...inside].map((name) => ({ name, interfaces: [name] })),
    flows: [
      ...inside.flatMap((from) => [
        { from, to: "router", protocol: Protocol.Udp, ports: [53, 67] },
        { from, to: "router", protocol: Protocol.Tcp, ports: [53] },
        { from, to: "router", protocol: Protocol.Icmp },
        { from, to: wan.name },
      ]),
      { from: wan.name, to: "router", protocol: Protocol.Icmp, rate: 10 },
      ...allow,
    ],
    masquerade: [wan.name],
    forwards: forwards.map((forward) => ({ ...forward, from: wan.name })),
    block: [wan.name],
  };
}
