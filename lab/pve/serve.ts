import { chmodSync, existsSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";
import { createApp } from "./app";
import { HostBackend } from "./backend/host";
import { SOCKET } from "./cli/client";
import { showPorts } from "./node/shown-ports";
import { type Pve } from "./pve";
import { writeAtomic } from "./state/atomic";
import { pathsBelow } from "./state/paths";

const PORT = 8006;
/** How often guests are told about cables, in milliseconds. */
const CABLE_INTERVAL = 2000;

/** Run the API of the lab's host: HTTPS for the network, a socket for its own command line. */
export async function serve(): Promise<void> {
  const backend = new HostBackend(pathsBelow("/"));
  const { pve, server } = createApp({ stateDir: "/", backend, node: hostname() });
  await showPorts(pve);
  rmSync(SOCKET, { force: true });
  await server("root").listen({ path: SOCKET });
  chmodSync(SOCKET, 0o600);
  await server("network", await certificate(pve)).listen({ port: PORT, host: "::" });
  setInterval(() => {
    // A guest that is just starting or ending has no monitor to tell.
    backend.followCables().catch(() => undefined);
  }, CABLE_INTERVAL);
  console.log(`listening on port ${PORT}`);
}

async function certificate({ paths }: Pve): Promise<{ key: string; cert: string }> {
  const [keyFile, certFile] = [join(paths.etc, "pve-ssl.key"), join(paths.etc, "pve-ssl.pem")];
  if (!existsSync(certFile) || !existsSync(keyFile)) {
    const pems = await generate([{ name: "commonName", value: "pve.lab.example" }], {
      keySize: 2048,
      extensions: [
        {
          name: "subjectAltName",
          altNames: [
            { type: 2, value: "pve.lab.example" },
            { type: 7, ip: "10.99.0.2" },
          ],
        },
      ],
    });
    writeAtomic(keyFile, pems.private, 0o600);
    writeAtomic(certFile, pems.cert);
  }
  return { key: readFileSync(keyFile, "utf8"), cert: readFileSync(certFile, "utf8") };
}
