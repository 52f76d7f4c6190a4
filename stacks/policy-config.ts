import { z } from "zod";
import { Protocol } from "../components";

const port = z.int().min(1).max(65535);

/** What one network may open in another; more keys where a topology has them. */
export const flow = z.strictObject({
  from: z.string(),
  to: z.string(),
  protocol: z.enum(Protocol).optional(),
  ports: z.array(port).optional(),
});

/** Ports of the outside address that a machine inside answers. */
export const forwards = z
  .array(
    z.strictObject({
      name: z.string(),
      protocol: z.enum([Protocol.Tcp, Protocol.Udp, Protocol.Both]),
      port,
      address: z.string(),
      targetPort: port.optional(),
    }),
  )
  .default([]);

/** TCP ports of the machine that another one answers. */
export const proxies = z
  .array(
    z.strictObject({
      name: z.string(),
      port,
      address: z.string(),
      targetPort: port.optional(),
      proxyProtocol: z.boolean().default(false),
    }),
  )
  .default([]);

/** Networks of others that nothing here may overlap. */
export const foreign = z
  .array(z.strictObject({ name: z.string(), network: z.string() }))
  .default([]);
