import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { call } from "../http/call";

/** Where the service listens for the command line on its own host. */
export const SOCKET = "/run/pve-api.sock";

/** A refusal by the API, as the command line prints it. */
export class CommandError extends Error {}

/** Make a request over the service's socket; its callers are root@pam. */
const ask = (method: string, path: string, params: Record<string, unknown> = {}) =>
  call(request, { socketPath: SOCKET }, method, path, params);

/** Make a request that must succeed, and return its data. */
export async function demand(
  method: string,
  path: string,
  params: Record<string, unknown> = {},
): Promise<unknown> {
  const answer = await ask(method, path, params);
  if (answer.status < 300) return answer.data;
  const { status, errors, message = "" } = answer;
  const lines = Object.entries(errors ?? {}).map(([name, what]) => `${name}: ${what.trimEnd()}`);
  const head = errors === undefined ? message.trimEnd() : `${status} ${message.trimEnd()}`;
  throw new CommandError([head, ...lines].join("\n"));
}

/** Whether an answer names a task. */
export const isTask = (data: unknown): data is string =>
  typeof data === "string" && data.startsWith("UPID:");

/** Follow a task to its end, printing its log; throws its error. */
export async function follow(upid: string, print: (line: string) => void): Promise<void> {
  const path = `/nodes/localhost/tasks/${encodeURIComponent(upid)}`;
  for (let shown = 0; ; ) {
    const { status, exitstatus } = (await demand("GET", `${path}/status`)) as {
      status: string;
      exitstatus?: string;
    };
    const query = { start: shown, limit: 0 };
    const log = (await demand("GET", `${path}/log`, query)) as { t: string }[];
    for (const { t } of log) if (!t.startsWith("TASK ")) print(t);
    shown += log.length;
    if (status === "stopped") {
      if (exitstatus === "OK" || exitstatus?.startsWith("WARNINGS")) return;
      throw new CommandError(exitstatus ?? "unexpected status");
    }
    await sleep(200);
  }
}

/** Wait until the service answers, for units that start right after it. */
export async function awaitService(seconds = 60): Promise<void> {
  for (let waited = 0; ; waited += 1) {
    try {
      await ask("GET", "/version");
      return;
    } catch (error) {
      if (waited >= seconds * 5) throw error;
      await sleep(200);
    }
  }
}
