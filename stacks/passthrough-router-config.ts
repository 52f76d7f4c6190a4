import { z } from "zod";
import { kernelConfig } from "./host-kernel";
import { nodeConfig } from "./node";
import { flow, foreign, forwards } from "./policy-config";

const nic = {
  port: z.int().min(0).max(255).optional(),
  mac: z.string().optional(),
  bridge: z.string().optional(),
};

const reservation = { mac: z.string(), address: z.string(), name: z.string().optional() };

const isEmpty = (value: unknown) => JSON.stringify(value) === "{}";

/** What the configuration of the scenario is made of. */
export const schema = z.object({
  node: nodeConfig,
  kernel: kernelConfig,
  router: z.strictObject({
    vmId: z.int().min(100).max(999_999_999),
    name: z.string().default("router"),
    template: z.int().default(9000),
    datastore: z.string().default("local-lvm"),
    snippets: z.string().default("local"),
    cores: z.int().min(1).default(2),
    memory: z.int().min(128).default(1024),
    disk: z.int().min(1).default(8),
    bootTimeout: z.int().min(10).default(600),
  }),
  // A typed key of Pulumi.yaml needs a default: an empty one means no card.
  card: z.preprocess(
    (value) => (isEmpty(value) ? undefined : value),
    z.strictObject({ path: z.string().optional(), mac: z.string().optional() }).optional(),
  ),
  management: z
    .strictObject({
      name: z.string().default("vm0"),
      bridge: z.string().default("vmbr0"),
      address: z.string().optional(),
    })
    .prefault({}),
  wan: z.strictObject({ name: z.string().default("wan"), ...nic }),
  bridges: z.array(z.string()).default([]),
  confirmTimeout: z.int().min(30).max(3600).default(120),
  detectDrift: z.boolean().default(false),
  lans: z
    .array(
      z.strictObject({
        name: z.string(),
        ...nic,
        address: z.string(),
        pool: z
          .strictObject({ from: z.string(), to: z.string(), leaseTime: z.int().optional() })
          .optional(),
        reservations: z.array(z.strictObject(reservation)).optional(),
      }),
    )
    .min(1),
  allow: z.array(flow).default([]),
  forwards,
  foreign,
});

/** The configuration of the scenario, with its defaults. */
export type RouterConfig = z.infer<typeof schema>;
