import { type FastifyInstance } from "fastify";
import { accessRoutes } from "./access/routes";
import { Router } from "./api/router";
import { type Backend } from "./backend/backend";
import { clusterRoutes } from "./cluster/routes";
import { firewallRoutes } from "./firewall/routes";
import { type Audience, createServer } from "./http/server";
import { migrateRoutes } from "./vm/migrate-routes";
import { mappingRoutes } from "./cluster/mapping";
import { networkRoutes } from "./network/routes";
import { nodeRoutes } from "./node/routes";
import { poolRoutes } from "./cluster/pools";
import { openPve, type Pve } from "./pve";
import { sdnRoutes } from "./sdn/routes";
import { storageRoutes } from "./storage/routes";
import { uploadRoutes } from "./storage/upload";
import { taskRoutes } from "./task/routes";
import { agentRoutes } from "./vm/agent";
import { cloneRoutes } from "./vm/clone";
import { cloudInitRoutes } from "./vm/cloudinit-routes";
import { configRoutes } from "./vm/config-routes";
import { createRoutes } from "./vm/create";
import { diskRoutes } from "./vm/disk-routes";
import { powerRoutes } from "./vm/power";
import { vmStatusRoutes } from "./vm/status";

/** The emulator: its state, its methods, and servers for the network and the local socket. */
export interface App {
  readonly pve: Pve;
  readonly router: Router;
  /** Make an HTTP server; the local socket's callers are root@pam without a login. */
  readonly server: (audience: Audience, https?: { key: string; cert: string }) => FastifyInstance;
}

/** Open the emulator's state below a directory and serve Proxmox's API on it. */
export function createApp(options: { stateDir: string; backend: Backend; node?: string }): App {
  const pve = openPve(options.stateDir, options.backend, options.node ?? "pve");
  const router = new Router(pve);
  for (const routes of [
    accessRoutes,
    agentRoutes,
    cloneRoutes,
    cloudInitRoutes,
    clusterRoutes,
    configRoutes,
    createRoutes,
    diskRoutes,
    firewallRoutes,
    mappingRoutes,
    migrateRoutes,
    networkRoutes,
    nodeRoutes,
    poolRoutes,
    powerRoutes,
    sdnRoutes,
    storageRoutes,
    taskRoutes,
    uploadRoutes,
    vmStatusRoutes,
  ]) {
    routes(router, pve);
  }
  return { pve, router, server: (audience, https) => createServer(pve, router, audience, https) };
}
