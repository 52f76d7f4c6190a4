import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { parseStatus, parseVerdict, type SliceStatus } from "../agent/answers";
import { askCall } from "../agent/frame";
import { parseGuestOutput, renderGuestAbort, renderGuestReset } from "../agent/guest-channel";
import { runScript } from "./node-shell";
import { execute, placeOf, type SshTarget } from "../agent/ssh";

/** A change that was begun and is not known to be confirmed. */
export interface Attempt {
  readonly connection: SshTarget & { readonly vmId?: number };
  /** Name of the slice. */
  readonly slice: string;
  /** Checksum of what it is to become. */
  readonly target: string;
  /** What the machine waits for a confirmation, in seconds. */
  readonly seconds: number;
  /** When the machine goes back, on the clock of this process, in milliseconds. */
  readonly deadline: number;
  /** When and why the connection ended that the change came over. */
  readonly lost?: { readonly at: number; readonly why: string };
  /** Why the last connection could not be had. */
  trouble?: string;
  /** Why the agent would not confirm. */
  refused?: string;
}

const PATIENCE_MS = 60_000;
const RESET_AFTER_MS = 30_000;
const BOOT_MS = 180_000;

/** Whether the machine still has this very change open. */
export const isOpen = ({ open }: SliceStatus, slice: string, target: string): boolean =>
  open?.slice === slice && open.target === target;

/** That a change was taken back, as the machine says. */
export const undone = (why: string, generation: number): Error =>
  new Error(`rolled back: ${why}; the machine is at generation ${generation} (unchanged)`);

/**
 * Ask the machine what became of a change, over new connections, until it is decided; rejects unless
 * the change is kept. A guest that can not be reached is told by its hypervisor to go back.
 */
export async function verdict(attempt: Attempt): Promise<void> {
  const { connection, slice, target, deadline } = attempt;
  let end = deadline + PATIENCE_MS;
  let told = false;
  let reset = "";
  while (performance.now() < end) {
    const status = await ask(attempt);
    if (status?.confirmed === target) return;
    if (status && !isOpen(status, slice, target)) throw failure(attempt, status, reset);
    if (!status && !told) {
      told = true;
      await goBack(attempt);
    }
    if (!status && reset === "" && performance.now() > deadline + RESET_AFTER_MS) {
      reset = await lastResort(attempt);
      if (reset !== "") end = performance.now() + BOOT_MS;
    }
    await sleep(1000);
  }
  const why = attempt.trouble ?? `${placeOf(connection)}: the change is still open`;
  throw new Error(
    `outcome unknown: ${why}${reset}; the machine ends at the old or the new generation by itself within ${PATIENCE_MS / 1000} s; run pulumi up again`,
  );
}

async function ask(attempt: Attempt): Promise<SliceStatus | undefined> {
  try {
    const { status, stdout } = await execute(attempt.connection, askCall("status"));
    // Without an agent there is nothing of ours.
    return status === 0 || status === 69 ? parseStatus(attempt.slice, stdout) : undefined;
  } catch (error) {
    attempt.trouble = (error as Error).message;
    return undefined;
  }
}

function failure(attempt: Attempt, status: SliceStatus, reset: string): Error {
  const { lost, refused } = attempt;
  const { undone: why, generation } = status;
  if (why === undefined) {
    return undone(
      lost
        ? `the connection was lost before it began (${lost.why})${reset}`
        : `the machine was restarted before it was confirmed${reset}`,
      generation,
    );
  }
  const unseen = UNREACHED.test(why) && !refused;
  return undone(
    `${unseen ? unreached(attempt) : why}${refused ? ` (${refused})` : ""}${reset}`,
    generation,
  );
}

// What the agent calls it when nobody came in time.
const UNREACHED = /^(no new SSH connection confirmed it|given up before it was confirmed)/;

const unreached = ({ connection, seconds, trouble }: Attempt) => {
  const place = placeOf(connection);
  const reason = trouble?.replace(`${place}: `, "");
  return `no new SSH connection to ${place} succeeded within ${seconds} s${reason ? ` (${reason})` : ""}`;
};

/** Rejects with the guest's own verdict, if it can be had over its hypervisor. */
async function goBack(attempt: Attempt): Promise<boolean> {
  const { connection, slice } = attempt;
  const { proxy, vmId } = connection;
  if (!proxy || vmId === undefined) return true;
  const reply = await runScript(proxy, renderGuestAbort(vmId, slice)).catch(() => undefined);
  if (reply === undefined) return false;
  const back = parseVerdict(parseGuestOutput(reply));
  if (!back) return true;
  const why = UNREACHED.test(back.why)
    ? `${unreached(attempt)}, and its hypervisor took it back`
    : back.why;
  throw undone(why, back.generation);
}

/** Restart a guest that nothing reaches: it comes up with what was confirmed. */
async function lastResort(attempt: Attempt): Promise<string> {
  const { proxy, vmId } = attempt.connection;
  if (!proxy || vmId === undefined || (await goBack(attempt))) return "";
  try {
    await runScript(proxy, renderGuestReset(vmId));
    return `; neither SSH nor the guest agent of VM ${vmId} answered, so it was reset`;
  } catch {
    return "";
  }
}
