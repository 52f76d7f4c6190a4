import { spawn } from "node:child_process";
import { existsSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { alive, killAll, type ProcessId, processId } from "../host/process";
import { writeWhole } from "../host/write-whole";
import { monitorCommand } from "../pve/backend/qmp";
import { type Place, qemuArgv, type Slot } from "./qemu";

const SAVE_MS = 120_000;

type Files = Pick<Place, "directory">;

// Reset after it was woken, its second processor gets no timer interrupts: it ends instead.
const NO_RESET = ["-action", "reboot=shutdown"];

/** Switch a machine on, or wake it from a snapshot on its disk. */
export function switchOn(root: string, place: Place, slot: Slot, snapshot?: string): void {
  const [program = "", ...args] = [...qemuArgv(root, place, slot, snapshot), ...NO_RESET];
  const log = openSync(join(place.directory, "qemu.log"), "w");
  const child = spawn(program, args, { detached: true, stdio: ["ignore", log, log] });
  child.unref();
  const process = child.pid === undefined ? undefined : processId(child.pid);
  if (process === undefined) throw new Error(`the machine did not start\n${lastWords(place)}`);
  writeWhole(stateFile(place), JSON.stringify(process));
}

/** Whether a machine is on. */
export function isOn(place: Files): boolean {
  const process = qemu(place);
  return process !== undefined && alive(process);
}

/** Pull a machine's plug. */
export async function switchOff(place: Files): Promise<void> {
  const process = qemu(place);
  if (process !== undefined && alive(process)) await killAll([process.pid], "SIGTERM");
  rmSync(stateFile(place), { force: true });
}

/** Keep the state of a machine that is on, memory and all, on its disk. */
export async function keep(place: Place, snapshot: string): Promise<void> {
  const command = { "command-line": `savevm ${snapshot}` };
  const monitor = join(place.directory, "monitor");
  const said = await monitorCommand(monitor, "human-monitor-command", command, SAVE_MS);
  if (said !== "") throw new Error(`savevm: ${String(said)}`);
}

/** What a machine has written to its console since it was switched on. */
export const consoleText = (place: Place): string => text(place, "console.log");

/** What a machine said last. */
export const lastWords = (place: Place): string =>
  ["qemu.log", "console.log"].map((name) => text(place, name).trim().slice(-1500)).join("\n");

function text({ directory }: Place, name: string): string {
  const file = join(directory, name);
  return existsSync(file) ? readFileSync(file, "latin1") : "";
}

const stateFile = ({ directory }: Files) => join(directory, "process.json");

function qemu(place: Files): ProcessId | undefined {
  if (!existsSync(stateFile(place))) return undefined;
  return JSON.parse(readFileSync(stateFile(place), "utf8")) as ProcessId;
}
