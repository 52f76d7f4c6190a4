import { spawnSync } from "node:child_process";
import { existsSync, renameSync, rmSync } from "node:fs";
import { type Pve } from "../pve";
import { readOr, writeAtomic } from "../state/atomic";
import { type Interfaces } from "./interface";
import { parseInterfaces, printInterfaces } from "./interfaces-file";

const stagedFile = ({ paths }: Pve): string => `${paths.interfaces}.new`;

/** The configuration as the API shows it: what is staged, or what is in force. */
export function readInterfaces(pve: Pve): Interfaces {
  const file = existsSync(stagedFile(pve)) ? stagedFile(pve) : pve.paths.interfaces;
  return parseInterfaces(readOr(file, ""));
}

/** Stage a new configuration; nothing changes before the next reload. */
export function stageInterfaces(pve: Pve, interfaces: Interfaces): void {
  writeAtomic(stagedFile(pve), printInterfaces(interfaces));
}

/** What a reload would change, as a unified diff; empty when nothing is staged. */
export function stagedDiff(pve: Pve): string {
  if (!existsSync(stagedFile(pve))) return "";
  const files = [pve.paths.interfaces, stagedFile(pve)];
  const { stdout } = spawnSync("diff", ["-b", "-N", "-u", ...files], { encoding: "utf8" });
  return stdout;
}

/** Forget what is staged. */
export const dropStaged = (pve: Pve): void => rmSync(stagedFile(pve), { force: true });

/** Make the staged file the current one, as Proxmox does before it reloads. */
export function promoteStaged(pve: Pve): void {
  if (existsSync(stagedFile(pve))) renameSync(stagedFile(pve), pve.paths.interfaces);
}
