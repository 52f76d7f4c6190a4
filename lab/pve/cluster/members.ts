import { createServer } from "node:net";
import { join } from "node:path";
import { die } from "../api/error";
import { type Pve } from "../pve";
import { readOr } from "../state/atomic";

const MIGRATION_PORTS = { first: 60000, last: 60050 };

/** The nodes of the cluster and their addresses; a node without one is alone. */
export function members({ paths, node }: Pick<Pve, "paths" | "node">): Map<string, string> {
  const text = readOr(join(paths.etc, "corosync.conf"), "");
  const found = [...text.matchAll(/^\s*node\s*\{([^}]*)\}/gm)].map(([, body = ""]) => {
    const value = (key: string) => new RegExp(`^\\s*${key}:\\s*(\\S+)`, "m").exec(body)?.[1] ?? "";
    return [value("name"), value("ring0_addr")] as const;
  });
  return new Map(found.length === 0 ? [[node, "10.99.0.2"]] : found);
}

/** An address and port of this node on which a VM can be received. */
export async function migrationAddress(pve: Pve): Promise<string> {
  const host = members(pve).get(pve.node) ?? "";
  for (let port = MIGRATION_PORTS.first; port <= MIGRATION_PORTS.last; port += 1) {
    if (await free(host, port)) return `${host}:${port}`;
  }
  return die("unable to find free port (60000-60050)");
}

function free(host: string, port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen({ host, port }, () => server.close(() => resolve(true)));
  });
}
