import { setTimeout as sleep } from "node:timers/promises";
import { askCall, beginCall, type Call, confirmCall } from "../../agent/frame";
import type { Machine } from "./machine";
import type { Outcome } from "./model/outcomes";
import type { Move } from "./schedule";
import { Connection } from "./schedule-connection";
import { Agent } from "./schedule-processes";

/** Longer than any change may be open, in seconds. */
const LONG = 400;

const ended = (connection: Connection) => connection.ended;

/** Who makes a schedule happen to a machine, as the model understands its actions. */
export class Driver {
  /** The last verdict that the controller had. */
  reported: Outcome["reported"] = "unknown";
  /** All that the agent has said in reply to begin and confirm. */
  readonly replies: string[] = [];

  private readonly agent: Agent;
  // Between a begin and the verdict about it.
  private running = false;
  private booting: Promise<void> | undefined;
  private begins: Connection[] = [];
  private confirms: Connection[] = [];

  constructor(
    private readonly machine: Machine,
    private readonly bundle: string,
    private readonly target: string,
  ) {
    this.agent = new Agent(machine);
  }

  async perform({ action, late }: Move): Promise<void> {
    if (action !== "powerloss") await this.up();
    switch (action) {
      case "begin":
        this.running = true;
        this.reported = "unknown";
        return this.call(beginCall("net", this.bundle), this.begins);
      case "confirm":
        return this.call(confirmCall("net", this.target), this.confirms, late);
      case "apply":
        await this.wait("apply", () => this.begins.every(ended) && !this.runs("begin", "apply"));
        return this.tick();
      case "status":
        return this.status();
      case "expire":
        this.machine.advance(LONG);
        return;
      case "kill-agent":
        return this.kill("begin", "apply", "confirm");
      case "kill-watch":
        return this.kill("watch");
      case "drop-ssh":
        this.drop();
        // What they have asked for last may still be about to start.
        return this.wait("no session", () => this.agent.sessions === 0);
      case "powerloss":
        this.drop();
        await this.machine.powerCut();
        await this.booting?.catch(() => undefined);
        this.booting = this.machine.powerOn();
        // It may be cut off before it is up.
        this.booting.catch(() => undefined);
    }
  }

  /** Let it come to rest while time passes. */
  async rest(): Promise<void> {
    await this.up();
    await this.wait("quiet", this.quiet);
    await this.wait("rest", () => {
      if (this.agent.open) this.machine.advance(LONG);
      return this.agent.processes().length === 0 && (!this.agent.open || this.agent.orphan);
    });
  }

  /** Wait until it is up. */
  async up(): Promise<void> {
    await this.booting;
    this.booting = undefined;
  }

  // Does not wait for the reply.
  private async call(call: Call, connections: Connection[], late = 0): Promise<void> {
    const connection = await Connection.open(this.machine);
    if (!connection) return;
    connections.push(connection);
    void sleep(late).then(async () => {
      if (!connection.ended) this.replies.push(await connection.call(call));
    });
  }

  private async status(): Promise<void> {
    await this.wait("quiet", this.quiet);
    await this.tick();
    if (!this.running) return;
    const said = await this.machine.ask(askCall("status").command);
    if (/^open /m.test(said) && !this.agent.orphan) return;
    this.running = false;
    this.reported = said.includes(`confirmed net `) && said.includes(this.target) ? "ok" : "failed";
  }

  // Whoever still waits for a reply moves.
  private quiet = () => [...this.begins, ...this.confirms].every(ended) && this.agent.quiet();

  private runs = (...verbs: string[]) =>
    this.agent.processes().some(({ verb }) => verbs.includes(verb));

  private async kill(...verbs: string[]): Promise<void> {
    for (;;) {
      const pids = this.agent
        .processes()
        .filter(({ verb }) => verbs.includes(verb))
        .map(({ pid }) => pid);
      if (pids.length === 0) return;
      await this.machine.ask(`kill -KILL ${pids.join(" ")} 2>/dev/null`);
      // A watcher is back soon.
      if (verbs.includes("watch")) return;
    }
  }

  private drop(): void {
    for (const connection of [...this.begins.splice(0), ...this.confirms.splice(0)])
      connection.drop();
  }

  // A connection of the very tick in which the change was in force is not provably a new one.
  private tick = () => sleep(11);

  private async wait(what: string, condition: () => boolean): Promise<void> {
    const end = Date.now() + 20_000;
    while (!condition()) {
      if (Date.now() > end) throw new Error(`waited 20 s for ${what}`);
      await sleep(12);
    }
  }
}
