import { existsSync, readFileSync } from "node:fs";
import { paths } from "./paths";
import { PORTS } from "./segments";
import { writeWhole } from "./write-whole";

/** Which ports of the host have their cable plugged in; outlives a power cut of the host. */
export function readCables(): Record<string, boolean> {
  const fresh = Object.fromEntries(PORTS.map(({ name, plugged }) => [name, plugged]));
  if (!existsSync(paths.cables)) return fresh;
  return { ...fresh, ...(JSON.parse(readFileSync(paths.cables, "utf8")) as typeof fresh) };
}

/** Remember that a port's cable was plugged in or pulled out. */
export function writeCable(port: string, plugged: boolean): void {
  writeWhole(paths.cables, JSON.stringify({ ...readCables(), [port]: plugged }));
}
