import { type ClientRequest, type IncomingMessage } from "node:http";
import { type RequestOptions } from "node:https";

/** What an API answered. */
export interface Answer {
  readonly status: number;
  readonly data: unknown;
  readonly message?: string;
  readonly errors?: Readonly<Record<string, string>>;
}

/** Whom to ask, and as whom. */
interface To extends RequestOptions {
  readonly headers?: Record<string, string>;
}

/** Opens a request: `request` of node:http or node:https. */
type Opener = (
  options: RequestOptions,
  answered: (response: IncomingMessage) => void,
) => ClientRequest;

/** Make a request to a Proxmox API, its parameters in the query or the body as it wants them. */
export function call(
  open: Opener,
  to: To,
  method: string,
  path: string,
  params: Readonly<Record<string, unknown>> = {},
): Promise<Answer> {
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
  return new Promise((resolve, reject) => {
    const made = open(
      {
        ...to,
        method,
        path: `/api2/json${path}${suffix}`,
        headers: {
          ...to.headers,
          ...(inQuery
            ? {}
            : {
                "content-type": "application/x-www-form-urlencoded",
                "content-length": Buffer.byteLength(body),
              }),
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
    made.on("error", reject);
    made.end(body);
  });
}
