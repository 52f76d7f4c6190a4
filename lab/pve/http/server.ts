import formbody from "@fastify/formbody";
import multipart from "@fastify/multipart";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { parse } from "node:querystring";
import { ApiError, messageOf } from "../api/error";
import { Reply, type Router } from "../api/router";
import { type Pve } from "../pve";
import { identify } from "./identify";
import { receiveUpload } from "./receive-upload";

/** Who can reach a server: the network, or only root on the host itself. */
export type Audience = "network" | "root";

const PREFIX = "/api2/json";

/** An HTTP server that answers as pveproxy does. */
export function createServer(
  pve: Pve,
  router: Router,
  audience: Audience,
  https?: { key: string; cert: string },
): FastifyInstance {
  const options = { bodyLimit: 64 * 2 ** 20, forceCloseConnections: true };
  const server = (
    https === undefined
      ? fastify(options)
      : fastify({ ...options, https: { ...https, minVersion: "TLSv1.3" as const } })
  ) as FastifyInstance;
  server.register(formbody, { parser: (body) => parse(body) });
  server.register(multipart, { limits: { fileSize: 16 * 2 ** 30 } });

  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const [pathname = ""] = request.url.split("?");
    const { method } = request;
    if (!pathname.startsWith(`${PREFIX}/`) && pathname !== PREFIX) {
      send(reply, 501, `Method '${method} ${pathname}' not implemented`, { data: null });
      return;
    }
    const path = pathname.slice(PREFIX.length);
    const fault = pve.faults.http(method, path);
    if (fault?.drop === "before") {
      drop(request, reply);
      return;
    }
    try {
      if (fault?.status !== undefined) {
        throw new ApiError(fault.status, fault.message ?? "injected fault");
      }
      const isPublic = router.isPublic(method, path);
      const caller = audience === "root" ? { user: "root@pam" } : identify(pve, request, isPublic);
      if (method === "DELETE" && Number(request.headers["content-length"] ?? 0) > 0) {
        throw new ApiError(501, "Unexpected content for method 'DELETE'");
      }
      const { raw, upload } = await parameters(pve, request);
      const data = await router.dispatch({ method, path, raw, caller, upload });
      if (fault?.drop === "after") drop(request, reply);
      else if (data instanceof Reply) send(reply, 200, "OK", { data: data.data, ...data.beside });
      else send(reply, 200, "OK", { data: data ?? null });
    } catch (error) {
      fail(reply, error);
    }
  };
  server.route({
    method: ["GET", "POST", "PUT", "DELETE"],
    url: "/*",
    handler: answer,
    exposeHeadRoute: false,
  });
  server.setErrorHandler((error, _request, reply) => fail(reply, error));
  return server;
}

async function parameters(pve: Pve, request: FastifyRequest) {
  const query = request.query as Record<string, unknown>;
  if (request.method === "GET" || request.method === "DELETE") return { raw: query };
  if (request.isMultipart()) {
    const { fields, upload } = await receiveUpload(pve, request);
    return { raw: { ...query, ...fields }, upload };
  }
  return { raw: { ...query, ...((request.body ?? {}) as Record<string, unknown>) } };
}

function fail(reply: FastifyReply, error: unknown): void {
  const message = messageOf(error);
  if (!(error instanceof ApiError)) {
    const { statusCode = 500 } = error as { statusCode?: number };
    if (statusCode === 500) console.error(error);
    send(reply, statusCode, message, { data: null, message: `${message}\n` });
  } else if (error.status === 401 && message !== "authentication failure") {
    // Refused before the method was looked up: Proxmox sends no body at all.
    send(reply, 401, message, undefined);
  } else {
    const { status, errors } = error;
    send(reply, status, message, {
      data: null,
      message: `${message}\n`,
      ...(errors ? { errors } : {}),
    });
  }
}

function send(reply: FastifyReply, status: number, reason: string, body: unknown): void {
  const payload = body === undefined ? "" : JSON.stringify(body);
  reply.hijack();
  reply.raw.writeHead(status, reasonPhrase(reason), {
    "content-type": "application/json;charset=UTF-8",
    "content-length": Buffer.byteLength(payload),
    "cache-control": "max-age=0",
    server: "pve-api-daemon/3.0",
  });
  reply.raw.end(payload);
}

/** A reason phrase is one line of latin-1. */
const reasonPhrase = (text: string): string =>
  text
    .trimEnd()
    .replace(/\s*[\r\n]+\s*/g, " ")
    .replace(/[^\x20-\x7e\xa0-\xff]/g, "?");

/** Cut the connection without an answer. */
function drop(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  request.raw.socket.destroy();
}
