import { z } from "zod";
import { TapProxy } from "../components";
import { uplink } from "./host-config";
import { nodeConfig } from "./node";
import { flow, foreign } from "./policy-config";

/** A guest with a route of its own. */
const guest = z.strictObject({
  name: z.string(),
  vmId: z.int().min(100).max(999_999_999),
  nic: z.int().min(0).max(31).default(0),
  container: z.boolean().default(false),
  mac: z.string(),
  address: z.string().optional(),
  address6: z.string().optional(),
});

/** What the configuration of the scenario is made of. */
export const schema = z.object({
  node: nodeConfig,
  uplinks: z.array(uplink.extend({ proxy: z.enum(TapProxy).default("neighbours") })).min(1),
  routed: z
    .strictObject({
      bridge: z.string().default("vmbr9"),
      addresses: z.array(z.string()).min(1).default(["10.254.254.1/24"]),
      leaseTime: z.int().default(28_800),
      domain: z.string().optional(),
      nameServers: z.array(z.string()).default([]),
    })
    .prefault({}),
  guests: z.array(guest).min(1),
  allow: z.array(flow.extend({ destinations: z.array(z.string()).optional() })).default([]),
  foreign,
  confirmTimeout: z.int().min(30).max(3600).default(120),
  detectDrift: z.boolean().default(false),
});

/** The configuration of the scenario, with its defaults. */
export type RoutedConfig = z.infer<typeof schema>;
