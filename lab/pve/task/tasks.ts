import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { authId, type Caller } from "../access/caller";
import { messageOf } from "../api/error";
import { type Faults } from "../faults";
import { parseUpid, printUpid, type Upid } from "./upid";

/** Writes a line into a task's log. */
export type Log = (line: string) => void;

/** The state of a task: `exitstatus` once it has stopped. */
export interface TaskState {
  readonly upid: string;
  readonly parts: Upid;
  readonly status: "running" | "stopped";
  readonly exitstatus?: string;
  readonly endtime?: number;
}

/** Long work with an identifier, a log on disk and an end. */
export class Tasks {
  private readonly running = new Map<string, Promise<void>>();
  private readonly stopping = new Set<string>();
  private serial = Math.floor(process.uptime() * 100) + (Date.now() % 1_000_000) * 100;

  constructor(
    private readonly directory: string,
    private readonly node: string,
    private readonly faults: Faults,
  ) {}

  /**
   * Start work in the background; returns its identifier at once.
   *
   * @param undo - takes back what was there before the work, if that fails before it begins
   */
  start(
    type: string,
    id: string,
    caller: Caller,
    work: (log: Log) => Promise<void>,
    undo: () => Promise<unknown> = () => Promise.resolve(),
  ): string {
    mkdirSync(this.directory, { recursive: true });
    this.serial = (this.serial + 1) % 0xffffffff;
    const upid = printUpid({
      node: this.node,
      pid: process.pid,
      pstart: this.serial,
      starttime: Math.floor(Date.now() / 1000),
      type,
      id,
      user: authId(caller),
    });
    const file = this.file(upid);
    appendFileSync(file, "");
    let warnings = 0;
    const log: Log = (line) => {
      if (line.startsWith("WARN")) warnings += 1;
      appendFileSync(file, `${line}\n`);
    };
    const run = async (): Promise<void> => {
      try {
        await this.faults
          .delayTask(type, () => this.stopping.has(upid))
          .catch(async (error: unknown) => {
            await undo();
            throw error;
          });
        await work(log);
        log(warnings > 0 ? `TASK WARNINGS: ${warnings}` : "TASK OK");
      } catch (error) {
        log(`TASK ERROR: ${messageOf(error).trimEnd()}`);
      } finally {
        this.running.delete(upid);
        this.stopping.delete(upid);
      }
    };
    // The answer with the identifier must not wait for work that never awaits.
    this.running.set(upid, new Promise((resolve) => setImmediate(() => resolve(run()))));
    return upid;
  }

  /** Wait until a task of this process has ended. */
  async finished(upid: string): Promise<void> {
    await this.running.get(upid);
  }

  /** Ask a task to stop; only waiting phases notice. */
  stop(upid: string): void {
    this.stopping.add(upid);
  }

  /** The state of one task, or undefined when there is no such task. */
  state(upid: string): TaskState | undefined {
    const parts = parseUpid(upid);
    if (parts === undefined || !existsSync(this.file(upid))) return undefined;
    if (this.running.has(upid)) return { upid, parts, status: "running" };
    const last = this.log(upid).at(-1) ?? "";
    // A task cut off by a power failure has no last word.
    const exitstatus =
      /^TASK (OK|WARNINGS: \d+)$/.exec(last)?.[1] ??
      /^TASK ERROR: (.*)$/.exec(last)?.[1] ??
      "unexpected status";
    return { upid, parts, status: "stopped", exitstatus, endtime: this.endOf(upid) };
  }

  /** The lines of a task's log. */
  log(upid: string): string[] {
    return readFileSync(this.file(upid), "utf8").split("\n").slice(0, -1);
  }

  /** Every task, newest first. */
  list(): TaskState[] {
    if (!existsSync(this.directory)) return [];
    return readdirSync(this.directory)
      .map((name) => this.state(name))
      .filter((state) => state !== undefined)
      .sort((a, b) => b.parts.starttime - a.parts.starttime || b.parts.pstart - a.parts.pstart);
  }

  /** The log's last line is written when the task ends. */
  private endOf(upid: string): number {
    return Math.floor(statSync(this.file(upid)).mtimeMs / 1000);
  }

  private file(upid: string): string {
    return join(this.directory, upid.replaceAll("/", "_"));
  }
}
