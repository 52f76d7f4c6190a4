import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import * as pulumi from "@pulumi/pulumi";
import { utils } from "ssh2";
import { z } from "zod";
import type { ProxmoxNodeArgs } from "../components";
import { ConfigError } from "./config";
import { findHostKey } from "./known-hosts";

const file = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text) => text.replace(/^~(?=\/)/, homedir()));

/** The Proxmox node of a stack, its key and host key named by file. */
export const nodeConfig = z.strictObject({
  name: z.string(),
  address: z.string(),
  port: z.int().min(1).max(65535).default(22),
  user: z.string().default("root"),
  privateKeyFile: file("~/.ssh/id_ed25519"),
  knownHostsFile: file("~/.ssh/known_hosts"),
});

/** A node, and the public half of the key that opens it. */
export interface NodeAccess {
  /** The node with its key and pinned host key. */
  readonly node: ProxmoxNodeArgs;
  /** `ssh-ed25519 AAAA…`, to be let into guests. */
  readonly publicKey: string;
}

/** Read the files that a node's configuration names. */
export function readNode(project: string, config: z.infer<typeof nodeConfig>): NodeAccess {
  const { privateKeyFile, knownHostsFile, ...rest } = config;
  const { address, port } = rest;

  // Who has never used ssh has no such file.
  const known = existsSync(knownHostsFile)
    ? read(`${project}:node.knownHostsFile`, knownHostsFile)
    : "";
  const hostKey = findHostKey(known, address, port);
  if (!hostKey) {
    throw new ConfigError(
      `${project}:node.knownHostsFile: ${knownHostsFile} has no ed25519 key of ${address}; expected one. ` +
        `Add it and compare its fingerprint with the node's: ssh-keyscan -t ed25519 -p ${port} ${address} >> ${knownHostsFile}`,
    );
  }

  const privateKey = read(`${project}:node.privateKeyFile`, privateKeyFile);
  const key = utils.parseKey(privateKey);
  if (key instanceof Error) {
    throw new ConfigError(
      `${project}:node.privateKeyFile: ${privateKeyFile}: ${key.message}; expected a private key without passphrase`,
    );
  }
  return {
    node: { ...rest, privateKey: pulumi.secret(privateKey), hostKey },
    publicKey: `${key.type} ${key.getPublicSSH().toString("base64")}`,
  };
}

/** The command line that opens a shell on a guest behind the node, both host keys pinned. */
export function sshCommand(
  { address, port, user, privateKeyFile, knownHostsFile }: z.infer<typeof nodeConfig>,
  guest: string,
  hostKey: string,
): string {
  const hop = `ssh -i ${privateKeyFile} -o UserKnownHostsFile=${knownHostsFile} -p ${port} -W %h:%p ${user}@${address}`;
  return [
    `ssh -i ${privateKeyFile}`,
    `-o UserKnownHostsFile=/dev/null -o 'KnownHostsCommand=/bin/echo ${guest} ${hostKey}'`,
    `-o 'ProxyCommand=${hop}' root@${guest}`,
  ].join(" ");
}

function read(key: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new ConfigError(`${key}: can not read ${path}; expected a readable file`);
  }
}
