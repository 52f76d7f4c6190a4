import { readdirSync, readFileSync } from "node:fs";
import type { Machine } from "./machine";

/** A process of the agent, by the machine's own numbers. */
interface Process {
  readonly pid: number;
  readonly verb: string;
}

const read = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

/** What can be seen of the agent on a machine without any help of the machine. */
export class Agent {
  constructor(private readonly machine: Machine) {}

  /** Number of SSH connections that the machine knows of. */
  get sessions(): number {
    return this.commandLines().filter(({ words }) => words[0]?.startsWith("sshd: root")).length;
  }

  /** Its processes; the shell that unpacks a frame is a begin already. */
  processes(): Process[] {
    return this.commandLines().flatMap(({ pid, words }) => {
      const script = words.findIndex((word) => /\/agent(\.sh)?$/.test(word));
      const verb = words[script + 1];
      if (script > 0 && verb) return [{ pid, verb }];
      // What unpacks a frame, and what looks for the agent.
      return words.some((word) => word.includes("proxmox-router")) ? [{ pid, verb: "begin" }] : [];
    });
  }

  private commandLines(): { pid: number; words: string[] }[] {
    const proc = `${this.machine.root}/proc`;
    return readdirSync(proc)
      .filter((name) => /^[0-9]+$/.test(name) && name !== "1")
      .map((name) => ({
        pid: Number(name),
        words: read(`${proc}/${name}/cmdline`).split("\0"),
      }));
  }

  /** One word about the open transaction, empty without one. */
  word(name: string): string {
    return read(`${this.machine.root}/run/proxmox-router/txn/${name}`).trim();
  }

  /** Number and checksum of what is confirmed. */
  confirmed(): { number: number; target: string } {
    const [number = "0", target = "none"] = read(
      this.machine.path("varlib/proxmox-router/slices/net/confirmed"),
    )
      .trim()
      .split(" ");
    return { number: Number(number), target };
  }

  /** Whether a transaction is open. */
  get open(): boolean {
    return this.word("id") !== "";
  }

  /** Whether an open change waits for nobody: it was killed before anybody watched it. */
  get orphan(): boolean {
    return this.open && this.word("state") === "ARMED" && this.processes().length === 0;
  }

  /** Whether nothing moves any more without the clock. */
  quiet(): boolean {
    const verbs = this.processes().map(({ verb }) => verb);
    if (verbs.some((verb) => verb !== "watch" && verb !== "respawn")) return false;
    if (!this.open) return verbs.length === 0;
    if (this.orphan) return true;
    const uptime = Number.parseFloat(read(this.machine.path("uptime")));
    const waits = this.word("state") === "APPLIED" && this.word("reason") === "";
    return waits && uptime < Number(this.word("deadline")) && verbs.includes("watch");
  }
}
