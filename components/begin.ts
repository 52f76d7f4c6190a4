import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { parseBegun, parseStatus, parseSurvey, parseVerdict } from "../agent/answers";
import type { Slice } from "../agent/bundle";
import { abortCall, askCall, beginCall, Status } from "../agent/frame";
import { ConnectionLost, execute, NotConnected, placeOf, type SshTarget } from "../agent/ssh";
import { type Attempt, undone } from "./verdict";

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
/** Time that a machine takes at most for a change, in seconds; the agent allows it no more. */
const APPLY_SECONDS = 60;
/** The same beyond it, to tell boot loaders and to build an initramfs. */
const BOOT_LOADER_SECONDS = 840;

const applySeconds = ({ operations }: Slice) =>
  APPLY_SECONDS + (operations.some(({ kind }) => kind === "cmdline") ? BOOT_LOADER_SECONDS : 0);

/** What a change is begun with. */
export interface Offer {
  readonly bundle: string;
  readonly target: string;
  readonly seconds: number;
  readonly mode: "repair" | "bracket" | undefined;
}

type Begun = Pick<Attempt, "deadline" | "lost">;

/** Until the change is in force, or the connection is gone; undefined if there was nothing to do. */
export async function begin(change: MachineChange, offer: Offer): Promise<Begun | undefined> {
  const { connection, slice, onSurvey } = change;
  const { bundle, target, seconds, mode } = offer;
  const call = beginCall(slice.id, bundle, mode);
  const started = performance.now();
  const runMs = BEGIN_MS + (applySeconds(slice) - APPLY_SECONDS) * 1000;
  for (;;) {
    const dialled = performance.now();
    try {
      const reply = await execute(connection, call, { connectMs: 15_000, runMs });
      await onSurvey?.(parseSurvey(reply.stdout));
      const said = parseBegun(reply.stdout);
      if (said && "target" in said && said.target === target) return undefined;
      if (said && "left" in said) return { deadline: later(said.left) };
      if (reply.status !== (Status.Busy as number)) throw refusal(connection, reply);
      // A run that was killed has left it to be confirmed.
      const own = await openChange(connection, slice.id);
      if (mode === "bracket") {
        // The API did not make its part of it, or nobody knows that it did.
        if (own) await execute(connection, abortCall(slice.id));
      } else if (own?.target === target && own.state === "APPLIED") {
        return { deadline: later(own.left) };
      }
      if (performance.now() - started > BUSY_MS) {
        throw new Error(
          `${placeOf(connection)}: ${reply.stderr.trim()}; waited ${BUSY_MS / 1000} s for it, nothing was changed`,
        );
      }
      await sleep(2000 + Math.random() * 4000);
    } catch (error) {
      // Whether the machine would go back is not known then, so the API must not be asked.
      if (error instanceof ConnectionLost && mode !== "bracket") {
        const deadline = dialled + (applySeconds(slice) + seconds) * 1000;
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

async function openChange(connection: SshTarget, slice: string) {
  const reply = await execute(connection, askCall("status")).catch(() => undefined);
  const { open } = parseStatus(slice, reply?.stdout ?? "");
  return open?.slice === slice ? open : undefined;
}

const later = (seconds: number) => performance.now() + Math.max(seconds, 0) * 1000;
