import { z } from "zod";
import { ApplianceOs, Firmware } from "../components";
import { SriovLinkState, SriovSetting } from "../net/sriov";
import { kernelConfig } from "./host-kernel";
import { nodeConfig } from "./node";

/** One virtual function; what it is not told stays as the driver has it, but for its MAC. */
const vf = z.strictObject({
  name: z.string().optional(),
  mapping: z.string().optional(),
  mac: z.string().optional(),
  vlan: z.int().optional(),
  qos: z.int().optional(),
  trust: z.boolean().optional(),
  spoofCheck: z.boolean().optional(),
  linkState: z.enum(SriovLinkState).optional(),
  maxRate: z.int().optional(),
  minRate: z.int().optional(),
  optional: z.array(z.enum(SriovSetting)).optional(),
});

/** What the configuration of the scenario is made of. */
export const schema = z.object({
  node: nodeConfig,
  kernel: kernelConfig,
  sriov: z.strictObject({
    card: z.string(),
    count: z.int().min(1).max(256),
    vfs: z.array(vf).default([]),
    allowVfReset: z.boolean().default(false),
  }),
  appliance: z.strictObject({
    vmId: z.int().min(100).max(999_999_999),
    name: z.string().default("pfsense"),
    os: z.enum(ApplianceOs).default("pfsense"),
    firmware: z.enum(Firmware).default("uefi"),
    iso: z.string().optional(),
    image: z.string().optional(),
    template: z.int().min(100).max(999_999_999).optional(),
    functions: z.array(z.string()).optional(),
    bridges: z.array(z.string()).default([]),
    datastore: z.string().default("local-lvm"),
    cores: z.int().min(1).default(2),
    memory: z.int().min(128).default(2048),
    disk: z.int().min(1).default(16),
    startAtBoot: z.boolean().default(true),
    order: z.int().min(0).default(1),
    upDelay: z.int().min(0).optional(),
    downDelay: z.int().min(0).optional(),
    protection: z.boolean().default(false),
  }),
  confirmTimeout: z.int().min(30).max(3600).default(120),
  detectDrift: z.boolean().default(false),
});

/** The configuration of the scenario, with its defaults. */
export type SriovConfig = z.infer<typeof schema>;
