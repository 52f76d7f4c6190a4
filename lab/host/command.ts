import { spawn } from "node:child_process";

/** How a program ended and what it said. */
export interface CommandResult {
  /** Exit status; 124 when the time ran out, 128 + n when signal n ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a program is given. */
export interface CommandOptions {
  /** Text on its standard input; none when absent. */
  readonly stdin?: string;
  /**
   * Longest run, in milliseconds.
   * @default 30000
   */
  readonly timeoutMs?: number;
  /** Variables added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called with each piece of output as it comes. */
  readonly onOutput?: (text: string) => void;
}

const TIMED_OUT = 124;

/** Run a program to its end, whatever its exit status; never longer than `timeoutMs`. */
export function run(
  argv: readonly string[],
  { stdin, timeoutMs = 30_000, env, onOutput }: CommandOptions = {},
): Promise<CommandResult> {
  const [program = "", ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let late = false;
    let grace: NodeJS.Timeout | undefined;
    const timer = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, timeoutMs);
    const end = (code: number) => {
      clearTimeout(timer);
      clearTimeout(grace);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({
        code: late ? TIMED_OUT : code,
        stdout: Buffer.concat(out).toString("utf8"),
        stderr: Buffer.concat(err).toString("utf8"),
      });
    };

    child.stdout.on("data", (chunk: Buffer) => {
      out.push(chunk);
      onOutput?.(chunk.toString("utf8"));
    });
    child.stderr.on("data", (chunk: Buffer) => {
      err.push(chunk);
      onOutput?.(chunk.toString("utf8"));
    });
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on("close", (code, signal) => end(code ?? signalled(signal)));
    // A daemon left behind may hold the pipes open for ever; its parent's end is what counts.
    child.on("exit", (code, signal) => {
      grace = setTimeout(() => end(code ?? signalled(signal)), 500);
    });
    // A program that never reads its input may close it first.
    child.stdin.on("error", () => undefined);
    child.stdin.end(stdin ?? "");
  });
}

/** Run a program that has to succeed, and return what it wrote to standard output. */
export async function must(argv: readonly string[], options?: CommandOptions): Promise<string> {
  const { code, stdout, stderr } = await run(argv, options);
  if (code !== 0) {
    const reason = code === TIMED_OUT ? "took too long" : `exit status ${code}`;
    const said = (stderr.trim() === "" ? stdout : stderr).trim().split("\n").slice(-15).join("\n");
    throw new Error(`${argv.join(" ")}: ${reason}${said === "" ? "" : `\n${said}`}`);
  }
  return stdout;
}

const signalled = (signal: NodeJS.Signals | null) => (signal === "SIGKILL" ? 137 : 143);
