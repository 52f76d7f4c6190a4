import { readFileSync } from "node:fs";
import { without } from "../state/without";
import { parseArguments } from "./arguments";
import { CommandError, demand, follow, isTask } from "./client";
import { cell, perlJson } from "./print";
import { guestExec } from "./qm-guest";

const BASE = "/nodes/localhost/qemu";

interface Status {
  readonly vmid: number;
  readonly name: string;
  readonly status: string;
  readonly maxmem: number;
  readonly maxdisk: number;
  readonly pid?: number;
}

/** `qm <verb> <vmid> …`: VMs on the command line, printed as Proxmox prints them. */
export async function qm(argv: readonly string[]): Promise<void> {
  const { words, options, rest } = parseArguments(argv);
  const [verb = "", vmid = "", ...more] = words;
  const vm = `${BASE}/${vmid}`;
  const task = async (method: string, path: string, params = options) => {
    const data = await demand(method, path, params);
    if (isTask(data)) await follow(data, (line) => console.log(line));
  };
  switch (verb) {
    case "list":
      printList((await demand("GET", BASE)) as Status[]);
      return;
    case "status": {
      const status = (await demand("GET", `${vm}/status/current`)) as Record<string, unknown>;
      if (options["verbose"] === undefined) console.log(`status: ${String(status["status"])}`);
      else printKeys(status);
      return;
    }
    case "config": {
      const config = (await demand("GET", `${vm}/config`, options)) as Record<string, unknown>;
      printKeys(without(config, "digest"));
      return;
    }
    case "pending":
      printPending((await demand("GET", `${vm}/pending`)) as Record<string, unknown>[]);
      return;
    case "start":
    case "stop":
    case "shutdown":
    case "reset":
    case "reboot":
    case "suspend":
    case "resume":
      return task("POST", `${vm}/status/${verb}`);
    case "create":
      return task("POST", BASE, { ...options, vmid });
    case "clone":
      return task("POST", `${vm}/clone`, { ...options, newid: more[0] ?? "" });
    case "template":
      return task("POST", `${vm}/template`);
    case "resize":
      return task("PUT", `${vm}/resize`, { ...options, disk: more[0] ?? "", size: more[1] ?? "" });
    case "destroy":
      return task("DELETE", vm);
    case "set":
      await task("PUT", `${vm}/config`);
      for (const [key, value] of Object.entries(options)) {
        console.log(`update VM ${vmid}: -${key} ${String(value)}`);
      }
      return;
    case "migrate":
      return task("POST", `${vm}/migrate`, { ...options, target: more[0] ?? "" });
    case "cloudinit":
      return cloudInit(words.slice(1));
    case "agent":
      return agentCommand(vmid, more[0] ?? "");
    case "guest":
      return guest(words.slice(1), options, rest);
    default:
      throw new CommandError(`ERROR: unknown command 'qm ${verb}'`);
  }
}

async function guest(
  [verb = "", vmid = "", ...more]: readonly string[],
  options: Readonly<Record<string, string | string[]>>,
  rest: readonly string[],
): Promise<void> {
  if (verb === "exec") {
    const input = options["pass-stdin"] === "1" ? readFileSync(0, "utf8") : undefined;
    const result = await guestExec(vmid, [...more, ...rest], {
      ...(input === undefined ? {} : { input }),
      synchronous: options["synchronous"] !== "0",
      timeout: Number(options["timeout"] ?? 30),
    });
    console.log(perlJson(result));
  } else if (verb === "exec-status") {
    const path = `${BASE}/${vmid}/agent/exec-status`;
    console.log(perlJson(await demand("GET", path, { pid: more[0] ?? "" })));
  } else if (verb === "cmd") await agentCommand(vmid, more[0] ?? "");
  else throw new CommandError(`ERROR: unknown command 'qm guest ${verb}'`);
}

async function agentCommand(vmid: string, command: string): Promise<void> {
  const answer = await demand("POST", `${BASE}/${vmid}/agent`, { command });
  const { result } = answer as { result: unknown };
  // Proxmox prints nothing for commands that only succeed.
  if (result !== null && JSON.stringify(result) !== "{}") console.log(perlJson(result));
}

async function cloudInit([verb = "", vmid = "", type = ""]: readonly string[]): Promise<void> {
  const path = `${BASE}/${vmid}/cloudinit`;
  if (verb === "dump") console.log(await demand("GET", `${path}/dump`, { type }));
  else if (verb === "update") await demand("PUT", path);
  else printPending((await demand("GET", path)) as Record<string, unknown>[]);
}

function printList(all: readonly Status[]): void {
  const row = (cells: readonly (string | number)[]) => {
    const [id = "", name = "", status = "", memory = "", disk = "", pid = ""] = cells.map(String);
    console.log(
      `${id.padStart(10)} ${name.padEnd(20)} ${status.padEnd(10)} ${memory.padEnd(10)} ` +
        `${disk.padStart(12)} ${pid.padEnd(10)}`,
    );
  };
  if (all.length > 0) row(["VMID", "NAME", "STATUS", "MEM(MB)", "BOOTDISK(GB)", "PID"]);
  for (const { vmid, name, status, maxmem, maxdisk, pid = 0 } of all) {
    row([vmid, name, status, maxmem / 2 ** 20, (maxdisk / 2 ** 30).toFixed(2), pid]);
  }
}

function printKeys(keys: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const plain = cell(value);
    console.log(`${key}: ${key === "description" ? encodeURIComponent(plain) : plain}`);
  }
}

function printPending(entries: readonly Record<string, unknown>[]): void {
  for (const { key, value, pending, delete: removed } of entries) {
    if (value !== undefined) console.log(`cur ${cell(key)}: ${cell(value)}`);
    if (pending !== undefined) console.log(`new ${cell(key)}: ${cell(pending)}`);
    if (removed !== undefined) console.log(`del ${cell(key)}`);
  }
}
