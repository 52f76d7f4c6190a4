import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { must } from "./command";
import { paths } from "./paths";
import { HOST, type LabNode, NODES } from "./nodes";
import { writeWhole } from "./write-whole";

/** How to log in to the host as root, pinned to its key. */
export interface HostAccess {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly privateKeyFile: string;
  readonly privateKey: string;
  readonly knownHostsFile: string;
  /** The host's public key, as in a known_hosts line without the name. */
  readonly hostKey: string;
}

/** Make the administrator's key and that of the nodes, once for the life of the cache. */
export async function ensureKeys(): Promise<void> {
  await ensureKey(paths.privateKey, "administrator of the lab");
  await ensureKey(paths.hostKey, "host of the lab");
  const key = publicKey(paths.hostKey);
  writeWhole(paths.knownHosts, NODES.map(({ address }) => `${address} ${key}\n`).join(""));
}

/** How to reach a node; its keys exist after the first `labUp`. */
export function access(node: LabNode = HOST): HostAccess {
  if (!existsSync(paths.knownHosts)) throw new Error("the lab was never up here; run `make lab`");
  return {
    host: node.address,
    port: 22,
    user: "root",
    privateKeyFile: paths.privateKey,
    privateKey: readFileSync(paths.privateKey, "utf8"),
    knownHostsFile: paths.knownHosts,
    hostKey: publicKey(paths.hostKey),
  };
}

/** Type and text of a key's public half, without its comment. */
export function publicKey(file: string): string {
  return readFileSync(`${file}.pub`, "utf8").trim().split(" ").slice(0, 2).join(" ");
}

async function ensureKey(file: string, comment: string): Promise<void> {
  if (existsSync(file)) return;
  mkdirSync(paths.lab, { recursive: true, mode: 0o700 });
  const draft = `${file}.draft`;
  for (const old of [draft, `${draft}.pub`]) rmSync(old, { force: true });
  await must(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", draft]);
  renameSync(`${draft}.pub`, `${file}.pub`);
  renameSync(draft, file);
}
