import { hostExec } from "../../lab/host/host";
import type { LabStack, Run } from "./stack";

/** The names that the ports of the card are to have, and their MACs. */
export const PORTS = {
  wan: "68:05:ca:00:01:00",
  lan: "68:05:ca:00:01:01",
  opt2: "68:05:ca:00:01:02",
  opt1: "68:05:ca:00:01:03",
};

/** Declare the ports of the card in another order than the guest's kernel finds them in. */
export function portsInAnotherOrder(stack: LabStack): void {
  stack.set(["proxmox-router:lans", 2, "port"], 3);
  stack.set(["proxmox-router:lans", 3, "port"], 2);
}

/** The names that the router has given to the ports of its card, and their MACs. */
export async function portNames(): Promise<Record<string, string>> {
  const { stdout } = await hostExec("qm guest exec 100 -- ip -br link show");
  const ports = [...stdout.matchAll(/(?:\\n|")(\w+) +\w+ +(68:05:ca[\w:]+)/g)];
  return Object.fromEntries(ports.map(([, name = "", mac = ""]) => [name, mac]));
}

/** Preview with a port that the card does not have, and a MAC of another one. */
export async function previewWithWrongPorts(stack: LabStack): Promise<Run> {
  const lans = (index: number, key: string, value: unknown) =>
    stack.set(["proxmox-router:lans", index, key], value);
  stack.set(["proxmox-router:forwards"], undefined);
  lans(1, "port", 4);
  lans(3, "port", undefined);
  lans(3, "mac", "68:05:ca:00:09:00");
  const run = await stack.preview();
  lans(1, "port", 1);
  lans(3, "port", 2);
  lans(3, "mac", undefined);
  return run;
}
