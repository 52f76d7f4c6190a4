import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** Where the service listens for the command line on its own host. */
export const SOCKET = "/run/pve-api.sock";

/** What the API answered to a command. */
interface Answer {
  readonly status: number;
  readonly data: unknown;
  readonly message?: string;
  readonly errors?: Readonly<Record<string, string>>;
}

/** A refusal by the API, as the command line prints it. */
export class CommandError extends Error {}

/** Make a request over the service's socket; its callers are root@pam. */
function ask(method: string, path: string, params: Record<string, unknown> = {}) {
  const inQuery = method === "GET" || method === "DELETE";
  const query = new URLSearchParams(
    Object.entries(params).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((item): [string, string] => [
        name,
        String(item),
      ]),
    ),
  ).toString();
  const suffix = inQuery && query !== "" ? `?${query}` : "";
  const body = inQuery ? "" : query;
  return new Promise<Answer>((resolve, reject) => {
    const call = request(
      {
        socketPath: SOCKET,
        method,
        path: `/api2/json${path}${suffix}`,
        headers: inQuery
          ? {}
          : {
              "content-type": "application/x-www-form-urlencoded",
              "content-length": Buffer.byteLength(body),
            },
      },
      (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.on("end", () => {
          const parsed = (text === "" ? {} : JSON.parse(text)) as Partial<Answer>;
          resolve({ data: null, ...parsed, status: response.statusCode ?? 0 });
        });
      },
    );
    call.on("error", reject);
    call.end(body);
  });
}

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
  const path = `/nodes/pve/tasks/${encodeURIComponent(upid)}`;
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
