import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { Talk } from "./talk";
import type { Machine } from "./machine";

/** What became of a stream of numbered datagrams that the other end sends back. */
interface Stream {
  readonly sent: number;
  /** That did not come back. */
  readonly lost: number;
  readonly ordered: boolean;
  /** Where they seemed to come from at the other end, `address:port`. */
  readonly origins: readonly string[];
}

/** What became of all that went through a machine. */
export interface Report {
  /** From inside to outside, translated. */
  readonly out: Stream;
  /** From outside to inside, forwarded. */
  readonly in: Stream;
  /** Bytes, their checksum and whether the end was clean: as sent, and as received. */
  readonly transfer: readonly [readonly unknown[], readonly unknown[]];
}

/** A host in front of a machine and one behind it, in namespaces, and traffic between them. */
export class Flows {
  private constructor(
    private readonly child: ChildProcess,
    private readonly talk: Talk,
  ) {}

  /** Give a machine the cards `wan` and `lan`, and a host at each. */
  static async open(machine: Machine): Promise<Flows> {
    const network = machine.root.replace(/root$/, "ns/net");
    const child = spawn("nsenter", [`--net=${network}`, "python3", join(__dirname, "flows.py")]);
    const flows = new Flows(child, new Talk(child));
    await flows.talk.said("linked\n");
    return flows;
  }

  /** Let traffic flow. */
  async start(): Promise<void> {
    this.talk.say("go");
    await this.talk.said("flowing\n");
  }

  /** End it, and say what became of it. */
  async end(): Promise<Report> {
    this.talk.say("end");
    return JSON.parse(await this.talk.said("\n")) as Report;
  }

  /** End the hosts. */
  close(): void {
    this.child.kill("SIGKILL");
  }
}
