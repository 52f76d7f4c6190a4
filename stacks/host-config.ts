import { z } from "zod";
import { BridgeMode, type DhcpServer, Ipv6Mode } from "../components";
import { nodeConfig } from "./node";
import { flow, foreign, forwards, proxies } from "./policy-config";

/** A guest that always has the same address. */
export const guest = z.strictObject({
  name: z.string(),
  mac: z.string(),
  address: z.string(),
  address6: z.string().optional(),
  routed: z.array(z.string()).default([]),
  vmId: z.int().min(100).max(999_999_999).optional(),
  nic: z.int().min(0).max(31).default(0),
});

/** A network of guests behind the host itself. */
export const network = z.strictObject({
  name: z.string(),
  mode: z.enum(BridgeMode).default(BridgeMode.Nat),
  addresses: z.array(z.string()).default([]),
  mac: z.string().optional(),
  stp: z.boolean().default(false),
  forwardDelay: z.int().default(0),
  portIsolation: z.boolean().default(false),
  pool: z
    .strictObject({ from: z.string(), to: z.string(), leaseTime: z.int().optional() })
    .optional(),
  guests: z.array(guest).default([]),
  domain: z.string().optional(),
  nameServers: z.array(z.string()).default([]),
  advertise: z.boolean().default(false),
});

/** An interface of the host that leads outside. */
export const uplink = z.strictObject({
  name: z.string(),
  addresses: z.array(z.string()).default([]),
  routerAdvertisements: z.boolean().default(false),
});

/** What the configuration of a host with networks of guests is made of. */
export const schema = z.object({
  node: nodeConfig,
  uplinks: z.array(uplink).min(1),
  networks: z.array(network).min(1),
  ipv6: z
    .strictObject({
      mode: z.enum([...Object.values(Ipv6Mode), "auto"]).default(Ipv6Mode.NdpProxy),
      targets: z.array(z.string()).optional(),
      again: z.string().optional(),
    })
    .prefault({}),
  allow: z.array(flow.extend({ destinations: z.array(z.string()).optional() })).default([]),
  forwards,
  proxies,
  foreign,
  proxmoxFirewall: z.boolean().default(false),
  confirmTimeout: z.int().min(30).max(3600).default(120),
  detectDrift: z.boolean().default(false),
});

/** The configuration of such a host, with its defaults. */
export type HostConfig = z.infer<typeof schema> & {
  /** What hands out addresses in all networks, instead of dnsmasq; it answers no DNS queries. */
  readonly server?: typeof DhcpServer.Networkd;
};
