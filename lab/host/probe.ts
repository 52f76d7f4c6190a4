import { Resolver } from "node:dns/promises";
import { createConnection } from "node:net";

/** How a TCP connection went. */
export interface TcpResult {
  readonly outcome: "connected" | "refused" | "timeout" | "unreachable";
  /** What the other side said within a moment. */
  readonly text: string;
}

const LISTEN_MS = 2_000;

function tcp(host: string, port: number, timeoutMs: number): Promise<TcpResult> {
  return new Promise((resolve) => {
    let text = "";
    const socket = createConnection({ host, port });
    const end = (outcome: TcpResult["outcome"]) => {
      socket.destroy();
      resolve({ outcome, text });
    };
    const timer = setTimeout(() => end("timeout"), timeoutMs);
    socket.on("connect", () => {
      clearTimeout(timer);
      setTimeout(() => end("connected"), LISTEN_MS).unref();
    });
    socket.on("data", (chunk) => {
      text += chunk.toString("utf8");
    });
    socket.on("end", () => end("connected"));
    socket.on("error", ({ code }: NodeJS.ErrnoException) => {
      if (code === "ECONNREFUSED") end("refused");
      else end(code === "ETIMEDOUT" ? "timeout" : "unreachable");
    });
  });
}

async function resolveName(
  server: string,
  name: string,
  family: number,
  timeoutMs: number,
): Promise<string[]> {
  const resolver = new Resolver({ timeout: timeoutMs / 2, tries: 2 });
  resolver.setServers([server.includes(":") ? `[${server}]` : server]);
  try {
    return family === 6 ? await resolver.resolve6(name) : await resolver.resolve4(name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOTFOUND" || code === "ENODATA") return [];
    throw error;
  }
}

// Run in a client's namespace: kind of probe, then its arguments; the answer is one line of JSON.
const [kind, host = "", detail = "", ...rest] = process.argv.slice(2);
const timeoutMs = Number(rest.at(-1));
const answer =
  kind === "tcp"
    ? tcp(host, Number(detail), timeoutMs)
    : resolveName(host, detail, Number(rest[0]), timeoutMs);
answer.then(
  (value) => process.stdout.write(`${JSON.stringify(value)}\n`, () => process.exit(0)),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
