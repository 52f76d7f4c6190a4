import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "./api/error";
import { readOr } from "./state/atomic";

/**
 * Faults to inject, read from /lab-control/faults.json at each request.
 *
 * ```json
 * {
 *   "http": [
 *     { "method": "POST", "path": "/qemu/9000/clone$", "count": 2, "status": 500, "message": "got timeout" },
 *     { "method": "POST", "path": "/clone$", "drop": "before" },
 *     { "method": "POST", "path": "/clone$", "drop": "after", "skip": 1 }
 *   ],
 *   "tasks": [{ "type": "qmclone", "seconds": 20 }, { "type": "qmstart", "fail": "got timeout" }],
 *   "agent": [{ "vmid": 100, "state": "silent" }],
 *   "storage": { "local-lvm": { "total": 5368709120 } }
 * }
 * ```
 *
 * `path` is a regular expression over the path below /api2/json; `method` defaults to any,
 * `count` to 1 (0: for ever), `skip` lets that many requests pass first. `drop` closes the
 * connection without an answer, before or after the request was carried out. Counting starts
 * anew whenever the file's content changes; a missing file means no faults.
 */
export interface FaultFile {
  readonly http?: readonly HttpFault[];
  readonly tasks?: readonly TaskFault[];
  readonly agent?: readonly { readonly vmid: number; readonly state: "silent" | "off" }[];
  readonly storage?: Readonly<Record<string, { readonly total: number }>>;
}

/** An error or a cut connection for requests that match. */
export interface HttpFault {
  readonly method?: string;
  readonly path: string;
  readonly count?: number;
  readonly skip?: number;
  readonly status?: number;
  readonly message?: string;
  readonly drop?: "before" | "after";
}

/** A slow or failing task. */
interface TaskFault {
  readonly type: string;
  readonly count?: number;
  readonly skip?: number;
  readonly seconds?: number;
  readonly fail?: string;
}

/** Decides, request by request, which declared fault applies. */
export class Faults {
  private digest = "";
  private used = new Map<string, number>();

  constructor(private readonly path: string) {}

  /** The fault for a request, counted as used. */
  http(method: string, path: string): HttpFault | undefined {
    return this.take("http", this.read().http ?? [], (fault) => {
      return (
        (fault.method === undefined || fault.method === method) && new RegExp(fault.path).test(path)
      );
    });
  }

  /** Wait, or fail, as declared for tasks of this type. */
  async delayTask(type: string, stopped: () => boolean): Promise<void> {
    const fault = this.take("tasks", this.read().tasks ?? [], (entry) => entry.type === type);
    if (fault === undefined) return;
    const end = Date.now() + (fault.seconds ?? 0) * 1000;
    while (Date.now() < end) {
      if (stopped()) throw new ApiError(500, "interrupted by signal");
      await sleep(Math.min(200, end - Date.now()));
    }
    if (fault.fail !== undefined) throw new ApiError(500, fault.fail);
  }

  /** How the guest agent of a VM pretends to be. */
  agent(vmid: string): "silent" | "off" | undefined {
    return this.read().agent?.find((fault) => String(fault.vmid) === vmid)?.state;
  }

  /** A storage's size in bytes, when it is overridden. */
  storageTotal(storage: string): number | undefined {
    return this.read().storage?.[storage]?.total;
  }

  private read(): FaultFile {
    const content = readOr(this.path, "{}");
    const digest = createHash("sha256").update(content).digest("hex");
    if (digest !== this.digest) this.used = new Map();
    this.digest = digest;
    try {
      return JSON.parse(content) as FaultFile;
    } catch {
      // A half-written file is read again at the next request.
      return {};
    }
  }

  private take<T extends { readonly count?: number; readonly skip?: number }>(
    kind: string,
    faults: readonly T[],
    matches: (fault: T) => boolean,
  ): T | undefined {
    for (const [index, fault] of faults.entries()) {
      if (!matches(fault)) continue;
      const key = `${kind}[${index}]`;
      const seen = this.used.get(key) ?? 0;
      const { skip = 0, count = 1 } = fault;
      if (count !== 0 && seen >= skip + count) continue;
      this.used.set(key, seen + 1);
      if (seen >= skip) return fault;
    }
    return undefined;
  }
}
