import { createConnection } from "node:net";
import { createInterface } from "node:readline";
import { die } from "../api/error";

interface Message {
  readonly QMP?: unknown;
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
  readonly event?: string;
}

/** Send one command to QEMU's monitor and return its answer. */
export async function monitorCommand(
  path: string,
  command: string,
  args?: Readonly<Record<string, unknown>>,
  timeoutMs = 5000,
): Promise<unknown> {
  const socket = createConnection(path);
  const timer = setTimeout(() => socket.destroy(new Error("got timeout")), timeoutMs);
  const send = (execute: string, parameters?: unknown) =>
    socket.write(`${JSON.stringify({ execute, arguments: parameters })}\n`);
  try {
    let asked = false;
    for await (const line of createInterface({ input: socket })) {
      const message = JSON.parse(line) as Message;
      if (message.QMP !== undefined) send("qmp_capabilities");
      else if (message.error !== undefined) die(message.error.desc);
      else if (message.event === undefined) {
        if (asked) return message.return;
        asked = true;
        send(command, args);
      }
    }
    return die("VM monitor closed the connection");
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
