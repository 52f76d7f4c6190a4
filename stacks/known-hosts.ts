import { createHmac } from "node:crypto";

/**
 * Find a host's ed25519 key in the text of a known_hosts file (sshd(8)), hashed names included.
 *
 * Returns `ssh-ed25519 AAAA…`, or undefined. Revoked and certificate authority lines do not count.
 */
export function findHostKey(knownHosts: string, host: string, port: number): string | undefined {
  const name = port === 22 ? host : `[${host}]:${port}`;
  for (const line of knownHosts.split("\n")) {
    const [names = "", type, key] = line.trim().split(/\s+/);
    if (type === "ssh-ed25519" && key && names.split(",").some((one) => matches(one, name))) {
      return `${type} ${key}`;
    }
  }
  return undefined;
}

function matches(pattern: string, name: string): boolean {
  const [, kind, salt, hash] = pattern.split("|");
  return kind === "1" && salt && hash
    ? createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash
    : pattern === name;
}
