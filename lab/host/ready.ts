import { createConnection } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { lastWords } from "./power";
import { ADDRESS } from "./segments";
import { hasApi } from "./shared";
import { liveState } from "./state";

const API_PORT = 8006;

/** Wait until the host takes logins and its API takes connections. */
export async function awaitHost(timeoutMs = 60_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  // Not SSH again while the API is slow: sshd shuts out who comes many times and never logs in.
  await answering("SSH", sshAnswers, end);
  if (hasApi()) await answering("its API", apiAnswers, end);
}

async function answering(what: string, answers: () => Promise<boolean>, end: number) {
  while (!(await answers())) {
    if (liveState() === undefined) throw new Error(`the host is off\n${lastWords()}`);
    if (Date.now() > end) throw new Error(`the host gave no ${what} in time\n${lastWords()}`);
    await sleep(100);
  }
}

/** Whether the host's SSH server greets. */
export const sshAnswers = (): Promise<boolean> => greets(22, "SSH-");

/** Whether something listens at the API's port. */
export const apiAnswers = (): Promise<boolean> => greets(API_PORT);

function greets(port: number, greeting?: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: ADDRESS.host, port });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => end(false));
    socket.on("error", () => end(false));
    socket.on("close", () => end(false));
    if (greeting === undefined) socket.on("connect", () => end(true));
    else socket.on("data", (chunk) => end(chunk.toString("latin1").startsWith(greeting)));
  });
}
