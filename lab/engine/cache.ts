import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join, relative } from "node:path";
import { lock } from "./lock";

/** Where everything the engine kit makes is kept between runs. */
export function engineCache(): string {
  const root = process.env.PROXMOX_ROUTER_CACHE ?? join(homedir(), ".cache", "proxmox-router");
  return join(root, "engine");
}

/** Short hash of the Go sources and module files below a directory, and of further inputs. */
export function contentKey(directory: string, ...inputs: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of sourcesBelow(directory)) {
    hash
      .update(`${relative(directory, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  }
  for (const input of inputs) hash.update(`${input}\0`);
  return hash.digest("hex").slice(0, 16);
}

function sourcesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(go|mod|sum)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/**
 * Have a directory made once: `make` fills a temporary one, which then takes the name.
 *
 * An interrupted `make` therefore leaves nothing that a later run could take for finished work.
 */
export async function installOnce(
  target: string,
  progress: (line: string) => void,
  make: (directory: string) => Promise<void>,
): Promise<void> {
  if (existsSync(target)) return;
  mkdirSync(join(target, ".."), { recursive: true });
  const release = await lock(`${target}.lock`, progress);
  try {
    if (existsSync(target)) return;
    const unfinished = `${target}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    await make(unfinished);
    renameSync(unfinished, target);
  } finally {
    release();
  }
}
