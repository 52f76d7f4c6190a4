import { spawn } from "node:child_process";

/** How a child process is to be run. */
export interface RunOptions {
  /** Working directory. */
  cwd?: string;
  /** Variables on top of our own. */
  env?: Record<string, string>;
  /** Seconds after which the process is killed. */
  timeout?: number;
}

const KEPT = 4000;

/** Run a command to its end and return its stdout; a failure is an error with the last it printed. */
export async function run(
  command: string,
  args: readonly string[],
  { cwd, env, timeout }: RunOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: timeout === undefined ? undefined : timeout * 1000,
      killSignal: "SIGKILL",
    });
    let stdout = "";
    let printed = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      printed = (printed + chunk.toString()).slice(-KEPT);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      printed = (printed + chunk.toString()).slice(-KEPT);
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) resolve(stdout);
      else {
        const end = signal ? `was ended by ${signal}` : `failed with exit code ${String(code)}`;
        reject(new Error(`${[command, ...args].join(" ")} ${end}:\n${printed.trim()}`));
      }
    });
  });
}

/** Report the start, every `interval` seconds, and the end of a piece of work with elapsed time. */
export async function timed<T>(
  title: string,
  progress: (line: string) => void,
  work: () => Promise<T>,
  interval = 15,
): Promise<T> {
  const start = Date.now();
  const elapsed = () => `${String(Math.round((Date.now() - start) / 1000))} s`;
  progress(`${title} …`);
  const timer = setInterval(() => progress(`${title} … ${elapsed()}`), interval * 1000);
  try {
    const result = await work();
    progress(`${title}: done in ${elapsed()}`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
