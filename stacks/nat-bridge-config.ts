import { z } from "zod";
import { BridgeMode, DhcpServer, Ipv6Mode } from "../components";
import { guest, type HostConfig, network, schema as host } from "./host-config";

/** What the configuration of the scenario is made of. */
export const schema = host.omit({ ipv6: true, proxies: true }).extend({
  networks: z
    .array(
      network.omit({ mode: true, advertise: true }).extend({
        addresses: z.array(z.string()).min(1),
        pool: network.shape.pool.unwrap(),
        guests: z.array(guest.omit({ address6: true, routed: true })).default([]),
        nameServers: z.array(z.string()).min(1),
      }),
    )
    .min(1),
});

/** The same for the parts that all topologies of a host share. */
export const hostConfig = ({ networks, ...config }: z.infer<typeof schema>): HostConfig => ({
  ...config,
  server: DhcpServer.Networkd,
  ipv6: { mode: Ipv6Mode.Off },
  proxies: [],
  networks: networks.map(({ guests, ...one }) => ({
    ...one,
    mode: BridgeMode.Nat,
    advertise: false,
    guests: guests.map((guest) => ({ ...guest, routed: [] })),
  })),
});
