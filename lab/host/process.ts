import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** A process that is not mistaken for a later one with the same number. */
export interface ProcessId {
  readonly pid: number;
  /** When it started, in clock ticks since the machine did. */
  readonly start: string;
}

/** Identity of a running process. */
export function processId(pid: number): ProcessId | undefined {
  const fields = statFields(pid);
  const [state, start] = [fields?.[0], fields?.[19]];
  return start === undefined || state === "Z" ? undefined : { pid, start };
}

/** Whether this very process still runs. */
export function alive({ pid, start }: ProcessId): boolean {
  return processId(pid)?.start === start;
}

/** Kill processes and wait until they are gone. */
export async function killAll(numbers: readonly number[], signal: NodeJS.Signals): Promise<void> {
  const victims = numbers.flatMap((pid) => processId(pid) ?? []);
  for (const { pid } of victims) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself in the meantime.
    }
  }
  await until(() => !victims.some(alive), 15_000, `processes ${numbers.join(", ")} to end`);
}

/** Wait until something holds, or fail saying what was waited for. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  timeoutMs: number,
  what: string,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited ${timeoutMs / 1000} s in vain for ${what}`);
    await sleep(50);
  }
}

function statFields(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold spaces and parentheses itself.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
