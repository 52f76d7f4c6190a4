import { z } from "zod";
import { Protocol } from "../components";
import { nodeConfig } from "./node";

const port = z.int().min(1).max(65535);
const protocol = z.enum(Protocol);

/** What the configuration of the scenario is made of. */
export const schema = z.object({
  node: nodeConfig,
  uplinks: z
    .array(
      z.strictObject({
        name: z.string(),
        addresses: z.array(z.string()).default([]),
        routerAdvertisements: z.boolean().default(false),
      }),
    )
    .min(1),
  networks: z
    .array(
      z.strictObject({
        name: z.string(),
        addresses: z.array(z.string()).min(1),
        pool: z
          .strictObject({ from: z.string(), to: z.string(), leaseTime: z.int().optional() })
          .optional(),
        guests: z
          .array(
            z.strictObject({
              name: z.string(),
              mac: z.string(),
              address: z.string(),
              address6: z.string().optional(),
              routed: z.array(z.string()).default([]),
            }),
          )
          .default([]),
        domain: z.string().optional(),
        nameServers: z.array(z.string()).default([]),
        advertise: z.boolean().default(false),
      }),
    )
    .min(1),
  nat66: z.boolean().default(false),
  allow: z
    .array(
      z.strictObject({
        from: z.string(),
        to: z.string(),
        protocol: protocol.optional(),
        ports: z.array(port).optional(),
        destinations: z.array(z.string()).optional(),
      }),
    )
    .default([]),
  forwards: z
    .array(
      z.strictObject({
        name: z.string(),
        protocol,
        port,
        address: z.string(),
        targetPort: port.optional(),
      }),
    )
    .default([]),
  foreign: z.array(z.strictObject({ name: z.string(), network: z.string() })).default([]),
  confirmTimeout: z.int().min(30).max(3600).default(120),
  detectDrift: z.boolean().default(false),
});

/** The configuration of the scenario, with its defaults. */
export type HostConfig = z.infer<typeof schema>;
