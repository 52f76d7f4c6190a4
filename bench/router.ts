import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** What became of a numbered stream while its router's ruleset was replaced. */
export interface Stream {
  readonly sent: number;
  readonly received: number;
  readonly ordered: boolean;
  /** Median time of one reload, in seconds. */
  readonly reload: number;
}

/** A client, a router and a server on this machine, each in a network namespace. */
export class BenchRouter {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly waiting: ((line: string) => void)[] = [];

  constructor() {
    this.child = spawn("python3", [join(__dirname, "router.py")], {
      stdio: ["pipe", "pipe", "inherit"],
    }) as never;
    createInterface(this.child.stdout).on("line", (line) => this.waiting.shift()?.(line));
  }

  /** Run a script on the router; nothing when it succeeded, else what it complained of. */
  async shell(script: string): Promise<string | undefined> {
    const { status, stderr } = (await this.ask({ shell: script })) as {
      status: number;
      stderr: string;
    };
    return status === 0 ? undefined : stderr;
  }

  /** Connections a second through forwards of consecutive ports, chosen at random. */
  async connect(first: number, count: number, seconds: number): Promise<number> {
    return (await this.ask({ connect: { first, count, seconds } })) as number;
  }

  /** Send a stream through one forward while a ruleset is loaded again and again. */
  async stream(port: number, file: string, reloads: number): Promise<Stream> {
    return (await this.ask({ stream: { port, file, reloads } })) as Stream;
  }

  /** End the machines; their namespaces end with them. */
  close(): void {
    this.child.stdin.end();
  }

  private ask(request: unknown): Promise<unknown> {
    return new Promise((resolve) => {
      this.waiting.push((line) => resolve(JSON.parse(line)));
      this.child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }
}
