import { createConnection } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { HOST, type LabNode } from "./nodes";
import { lastWords } from "./power";
import { hasApi } from "./shared";
import { liveState } from "./state";

const API_PORT = 8006;

/** Wait until a node takes logins and its API takes connections. */
export async function awaitHost(timeoutMs = 60_000, node: LabNode = HOST): Promise<void> {
  const end = Date.now() + timeoutMs;
  // Not SSH again while the API is slow: sshd shuts out who comes many times and never logs in.
  await answering(node, "SSH", sshAnswers, end);
  if (hasApi()) await answering(node, "its API", apiAnswers, end);
}

type Answers = (node: LabNode) => Promise<boolean>;

async function answering(node: LabNode, what: string, answers: Answers, end: number) {
  while (!(await answers(node))) {
    const fail = (how: string) => new Error(`${node.name} ${how}\n${lastWords(node)}`);
    if (liveState(node) === undefined) throw fail("is off");
    if (Date.now() > end) throw fail(`gave no ${what} in time`);
    await sleep(100);
  }
}

/** Whether a node's SSH server greets. */
export const sshAnswers = (node: LabNode = HOST): Promise<boolean> => greets(node, 22, "SSH-");

/** Whether something listens at the API's port of a node. */
export const apiAnswers = (node: LabNode = HOST): Promise<boolean> => greets(node, API_PORT);

function greets({ address: host }: LabNode, port: number, greeting?: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port });
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
