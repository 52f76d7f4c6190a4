import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { parseCommitted, parseStatus } from "../agent/answers";
import { CONFIRM_SECONDS, renderBundle, type Slice, targetOf } from "../agent/bundle";
import { askCall, confirmCall, Status } from "../agent/frame";
import { execute, greets, placeOf } from "../agent/ssh";
import { begin, type MachineChange } from "./begin";
import { inTurn } from "./turns";
import { type Attempt, isOpen, verdict } from "./verdict";

const CONFIRM_MS = 60_000;
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
  const attempt = await open(change);
  if (attempt) await concludeChange(attempt, change);
}

/**
 * Begin a change of which the Proxmox API makes a part from now on; `concludeChange` keeps it once
 * that has answered. Until then nothing else changes the machine.
 */
export function bracketChange(change: MachineChange): Promise<Attempt | undefined> {
  return inTurn(placeOf(change.connection), () => open(change, "bracket"));
}

/** Keep a change that is begun. Not in turn: others who wait in theirs wait for this. */
export async function concludeChange(attempt: Attempt, { slice }: MachineChange): Promise<void> {
  if (needsSettling(slice)) await settle(attempt);
  if (!(await confirm(attempt))) await verdict(attempt);
}

/** Begin; undefined if there was nothing to do. */
async function open(change: MachineChange, bracket?: "bracket"): Promise<Attempt | undefined> {
  const { connection, slice } = change;
  const bundle = renderBundle(slice);
  const target = targetOf(bundle);
  const seconds = slice.confirmSeconds ?? CONFIRM_SECONDS;
  const mode = bracket ?? (change.repair ? "repair" : undefined);
  const begun = await begin(change, { bundle, target, seconds, mode });
  return begun && { connection, slice: slice.id, target, seconds, ...begun };
}

const MOVING = ["link", "bridge", "address", "route", "networkd"];

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
