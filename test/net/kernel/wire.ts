import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { LINKS, SETUP } from "./topology";

/** A packet to put on a link, or for the router itself to begin where there is no link. */
export interface WirePacket {
  readonly id: number;
  readonly in?: string;
  readonly mac?: string;
  readonly to?: string;
  readonly source: string;
  readonly destination: string;
  readonly protocol: "tcp" | "udp" | "icmp";
  readonly sport: number;
  readonly port?: number;
  readonly flags?: number;
  readonly seq?: number;
  readonly ack?: number;
  /** A whole ICMP message in hexadecimal, its checksum left to be filled in. */
  readonly icmp?: string;
  /** Hop limit. */
  readonly ttl?: number;
}

/** A packet that came out of the router. */
export interface Seen {
  readonly id?: number;
  readonly on: string;
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly sport?: number;
  readonly port?: number;
  readonly flags?: number;
  readonly seq?: number;
  readonly type?: number;
  readonly code?: number;
  readonly about?: { readonly sport?: number; readonly id?: number };
}

/** A router with real links, in namespaces of its own. */
export class Wire {
  private readonly answers: ((line: string) => void)[] = [];

  private constructor(private readonly child: ChildProcessWithoutNullStreams) {
    createInterface(child.stdout).on("line", (line) => this.answers.shift()?.(line));
  }

  /** Make the namespaces, the links between them and the router's addresses and routes. */
  static async open(): Promise<Wire> {
    const python = ["python3", join(__dirname, "wire.py")];
    const [command = "", ...args] =
      process.getuid?.() === 0 ? python : ["unshare", "-r", ...python];
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] }) as never;
    const wire = new Wire(child);
    await wire.ask({ links: LINKS });
    await wire.shell(SETUP);
    // What an IPv6 stack says of itself as it comes up would be counted too.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await wire.send([]);
    return wire;
  }

  /** Run a script in the router's namespace. */
  async shell(script: string, stdin = ""): Promise<string> {
    const done = (await this.ask({ shell: script, stdin })) as {
      status: number;
      stdout: string;
      stderr: string;
    };
    if (done.status !== 0) throw new Error(`${script}: ${done.stderr}`);
    return done.stdout;
  }

  /** Put packets on the wire, and say what came out of the router. */
  async send(packets: readonly WirePacket[]): Promise<readonly Seen[]> {
    return ((await this.ask({ send: packets })) as { seen: Seen[] }).seen;
  }

  /** End the process; its namespaces end with it. */
  close(): void {
    this.child.stdin.end();
  }

  private ask(request: unknown): Promise<unknown> {
    return new Promise((resolve) => {
      this.answers.push((line) => resolve(JSON.parse(line)));
      this.child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }
}
