import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import {
  parseBegun,
  parseCommitted,
  parseStatus,
  parseSurvey,
  parseVerdict,
} from "../agent/answers";
import { CONFIRM_SECONDS, renderBundle, type Slice, targetOf } from "../agent/bundle";
import { askCall, beginCall, confirmCall, Status } from "../agent/frame";
import {
  execute,
  greets,
  NotConnected,
  placeOf,
  type SshTarget,
  ConnectionLost,
} from "../agent/ssh";
import { inTurn } from "./turns";
import { type Attempt, isOpen, undone, verdict } from "./verdict";

/** A guest's hypervisor is its second way in, for going back only: `proxy` and `vmId` name it. */
export type MachineTarget = SshTarget & { readonly vmId?: number };

/** What to bring a machine to. */
export interface MachineChange {
  readonly connection: MachineTarget;
  readonly slice: Slice;
  /** Whether what somebody else has changed there is put right, instead of refused. */
  readonly repair?: boolean;
  /** Told what else owns packets on the machine, before its first change. */
  readonly onSurvey?: (lines: readonly string[]) => Promise<void>;
}

const BOOT_MS = 60_000;
const BUSY_MS = 300_000;
const BEGIN_MS = 120_000;
const CONFIRM_MS = 60_000;
/** Time that the machine takes at most for the change itself, in seconds. */
const APPLY_SECONDS = 60;
/** A confirmation that comes too late must not cross the machine's own way back. */
const MARGIN_MS = 10_000;
/** Time in which a lost beginning may still begin. */
const LATE_MS = 20_000;
const GREETINGS = 3;
const GREETING_GAP_MS = 2500;

/**
 * Bring a machine to a slice: begin over one connection, confirm over another that is dialled after
 * the change is in force. Without the confirmation the machine goes back by itself.
 *
 * Resolves only once the machine has said that the slice is kept; rejects with the machine's verdict.
 */
export function changeMachine(change: MachineChange): Promise<void> {
  return inTurn(placeOf(change.connection), () => carryOut(change));
}

async function carryOut(change: MachineChange): Promise<void> {
  const { connection, slice } = change;
  const bundle = renderBundle(slice);
  const target = targetOf(bundle);
  const seconds = slice.confirmSeconds ?? CONFIRM_SECONDS;
  const begun = await begin(change, { bundle, target, seconds });
  if (!begun) return;
  const attempt: Attempt = { connection, slice: slice.id, target, seconds, ...begun };
  if (needsSettling(slice)) await settle(attempt);
  if (!(await confirm(attempt))) await verdict(attempt);
}

interface Offer {
  readonly bundle: string;
  readonly target: string;
  readonly seconds: number;
}

type Begun = Pick<Attempt, "deadline" | "lost">;

/** Until the change is in force, or the connection is gone; undefined if there was nothing to do. */
async function begin(change: MachineChange, offer: Offer): Promise<Begun | undefined> {
  const { connection, slice, repair = false, onSurvey } = change;
  const { bundle, target, seconds } = offer;
  const call = beginCall(slice.id, bundle, repair);
  const started = performance.now();
  for (;;) {
    const dialled = performance.now();
    try {
      const reply = await execute(connection, call, { connectMs: 15_000, runMs: BEGIN_MS });
      await onSurvey?.(parseSurvey(reply.stdout));
      const said = parseBegun(reply.stdout);
      if (said && "target" in said && said.target === target) return undefined;
      if (said && "left" in said) return { deadline: later(said.left) };
      if (reply.status !== (Status.Busy as number)) throw refusal(connection, reply);
      // A run that was killed has left it to be confirmed.
      const own = await openChange(connection, slice.id, target);
      if (own) return { deadline: later(own.left) };
      if (performance.now() - started > BUSY_MS) {
        throw new Error(
          `${placeOf(connection)}: ${reply.stderr.trim()}; waited ${BUSY_MS / 1000} s for it, nothing was changed`,
        );
      }
      await sleep(2000 + Math.random() * 4000);
    } catch (error) {
      if (error instanceof ConnectionLost) {
        const deadline = dialled + (APPLY_SECONDS + seconds) * 1000;
        return { deadline, lost: { at: performance.now(), why: error.message } };
      }
      // A machine that just boots refuses connections for a while.
      const late = performance.now() - started > BOOT_MS;
      if (!(error instanceof NotConnected) || error.final || late) throw error;
      await sleep(1000);
    }
  }
}

/** What the agent said when it did not begin, or took the change back at once. */
function refusal(connection: SshTarget, reply: { status: number; stderr: string }): Error {
  const back = parseVerdict(reply.stderr);
  if (back) return undone(back.why, back.generation);
  const remedy =
    reply.status === Status.Drift
      ? "; declare it so, or put it right there: sh /usr/local/lib/proxmox-router/agent restore"
      : "";
  const said = reply.stderr.trim() || `the agent ended with status ${reply.status}`;
  return new Error(`${placeOf(connection)}: ${said}${remedy}; nothing was changed`);
}

async function openChange(connection: SshTarget, slice: string, target: string) {
  const reply = await execute(connection, askCall("status")).catch(() => undefined);
  const { open } = parseStatus(slice, reply?.stdout ?? "");
  return open?.slice === slice && open.target === target && open.state === "APPLIED"
    ? open
    : undefined;
}

const later = (seconds: number) => performance.now() + Math.max(seconds, 0) * 1000;

const MOVING = ["link", "address", "route", "networkd"];

const needsSettling = ({ operations }: Slice) =>
  operations.some(({ kind }) => MOVING.includes(kind));

/** A broken bridge often answers for a few seconds more: wait for three greetings in a row. */
async function settle({ connection, deadline }: Attempt): Promise<void> {
  let row = 0;
  while (performance.now() < deadline - MARGIN_MS) {
    row = (await greets(connection)) ? row + 1 : 0;
    if (row === GREETINGS) return;
    await sleep(GREETING_GAP_MS);
  }
}

/** Confirm, each attempt over a connection of its own; whether the machine said that it is kept. */
async function confirm(attempt: Attempt): Promise<boolean> {
  const { connection, slice, target, deadline } = attempt;
  while (performance.now() < deadline - MARGIN_MS) {
    try {
      const reply = await execute(connection, confirmCall(slice, target), { runMs: CONFIRM_MS });
      if (parseCommitted(reply.stdout) === target) return true;
      if (reply.status === Status.Closed) {
        if (await isOver(attempt)) return false;
      } else {
        attempt.refused = reply.stderr.trim();
      }
    } catch (error) {
      attempt.trouble = (error as Error).message;
    }
    await sleep(1000);
  }
  return false;
}

/** Whether nothing is left to confirm. */
async function isOver({ connection, slice, target, lost }: Attempt): Promise<boolean> {
  // What was sent may not have been read yet.
  if (lost && performance.now() < lost.at + LATE_MS) return false;
  const { stdout } = await execute(connection, askCall("status"));
  return !isOpen(parseStatus(slice, stdout), slice, target);
}
