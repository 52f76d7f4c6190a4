import { createConnection, type Socket } from "node:net";
import { die } from "../api/error";

interface Answer {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
}

/** How long the agent may take to show that it is there. */
const SYNC_MS = 3000;

/** Guests' agents: one conversation at a time for each, since the channel is a byte stream. */
export class Agents {
  private readonly turns = new Map<string, Promise<unknown>>();

  /** Send a command to the agent behind a socket and return its answer. */
  async command(path: string, execute: string, args: unknown, timeoutMs: number): Promise<unknown> {
    const before = this.turns.get(path) ?? Promise.resolve();
    const turn = before.catch(() => undefined).then(() => converse(path, execute, args, timeoutMs));
    this.turns.set(path, turn);
    return turn;
  }
}

async function converse(path: string, execute: string, args: unknown, timeoutMs: number) {
  const socket = createConnection(path);
  const lines = new Lines(socket);
  try {
    // Answers to calls that were given up still arrive; everything before our mark is theirs.
    const id = Math.floor(Math.random() * 2 ** 31);
    socket.write(Buffer.from([0xff]));
    socket.write(`${JSON.stringify({ execute: "guest-sync-delimited", arguments: { id } })}\n`);
    const end = Date.now() + SYNC_MS;
    for (;;) {
      const line = await lines.next(end - Date.now());
      if (line === undefined) die("QEMU guest agent is not running");
      const mark = line.lastIndexOf("\u00ff");
      if (mark === -1) continue;
      if ((JSON.parse(line.slice(mark + 1)) as Answer).return === id) break;
    }
    socket.write(
      `${JSON.stringify({ execute, ...(args === undefined ? {} : { arguments: args }) })}\n`,
    );
    const line = await lines.next(timeoutMs);
    if (line === undefined) die(`VM qga command '${execute}' failed - got timeout`);
    const bytes = Buffer.from(line, "latin1").toString("utf8");
    const answer = JSON.parse(bytes) as Answer;
    if (answer.error !== undefined) die(`Agent error: ${answer.error.desc}`);
    return answer.return;
  } finally {
    socket.destroy();
  }
}

/** The lines that arrive on a socket, each awaited with a limit; latin-1, to see the marks. */
class Lines {
  private buffer = "";
  private failed = false;
  private wake: () => void = () => undefined;

  constructor(socket: Socket) {
    socket.on("data", (chunk) => {
      this.buffer += chunk.toString("latin1");
      this.wake();
    });
    const fail = () => {
      this.failed = true;
      this.wake();
    };
    socket.on("error", fail);
    socket.on("close", fail);
  }

  /** The next line, or undefined when none comes in time. */
  async next(timeoutMs: number): Promise<string | undefined> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const newline = this.buffer.indexOf("\n");
      if (newline !== -1) {
        const line = this.buffer.slice(0, newline);
        this.buffer = this.buffer.slice(newline + 1);
        return line;
      }
      const left = end - Date.now();
      if (this.failed || left <= 0) return undefined;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
