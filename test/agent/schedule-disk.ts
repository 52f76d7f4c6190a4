import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import type { Machine } from "./machine";

/** Text of our files on a machine, and of one of somebody else, by path below `/etc`. */
export function filesOn(machine: Machine): Record<string, string> {
  const etc = machine.path("etc");
  const ours = existsSync(`${etc}/managed`)
    ? readdirSync(`${etc}/managed`, { recursive: true, withFileTypes: true })
    : [];
  const paths = ours
    .filter((one) => one.isFile())
    .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(etc.length + 1));
  return Object.fromEntries(
    [...paths, "foreign.conf"].map((path) => [path, readFileSync(`${etc}/${path}`, "utf8")]),
  );
}

// All that an agent needs that has nothing to do.
const EXPECTED: Record<string, RegExp> = {
  run: /^(lock|holder|last|agent\.sh|txn)$/,
  state: /^(slices|shared|directories)$/,
  slice: /^(gens|confirmed)$/,
  units: /^(?!proxmox-router)/,
  programs: /^(agent|[0-9a-f]{64})$/,
};

/** What an agent that has nothing to do has no need of. */
export function leftoversOn(machine: Machine): string[] {
  const places = {
    run: `${machine.root}/run/proxmox-router`,
    state: machine.path("varlib/proxmox-router"),
    slice: machine.path("varlib/proxmox-router/slices/net"),
    units: machine.path("etc/systemd/system"),
    programs: machine.path("locallib/proxmox-router"),
  };
  const found = Object.entries(places).flatMap(([place, path]) =>
    readdirSync(path)
      .filter((name) => !EXPECTED[place]?.test(name))
      .map((name) => ({ place, path: `${path}/${name}`, name })),
  );
  // Frames are in nobody's name and are left for an hour.
  for (const { name, path } of found)
    if (name.startsWith("frame.")) rmSync(path, { recursive: true });
  return found.map(({ place, name }) => `${place}: ${name}`);
}
