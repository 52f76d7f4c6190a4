import { setTimeout as sleep } from "node:timers/promises";
import { demand } from "./client";

/** How a command runs in a guest. */
export interface GuestExec {
  readonly input?: string;
  /** Wait for the end instead of only telling the process's number. */
  readonly synchronous: boolean;
  /** Seconds to wait. */
  readonly timeout: number;
}

/** Run a command in a guest through its agent, as `qm guest exec` does. */
export async function guestExec(
  vmid: string,
  command: readonly string[],
  { input, synchronous, timeout }: GuestExec,
): Promise<Readonly<Record<string, unknown>>> {
  const base = `/nodes/localhost/qemu/${vmid}/agent`;
  const { pid } = (await demand("POST", `${base}/exec`, {
    command,
    ...(input === undefined ? {} : { "input-data": input }),
  })) as { pid: number };
  if (!synchronous) return { pid };
  const end = Date.now() + timeout * 1000;
  for (;;) {
    const path = `${base}/exec-status`;
    const status = (await demand("GET", path, { pid })) as Record<string, unknown>;
    if (status["exited"] === 1) return status;
    if (timeout > 0 && Date.now() >= end) return { ...status, pid };
    await sleep(100);
  }
}
