import { type FastifyRequest } from "fastify";
import { type Caller } from "../access/caller";
import { ApiError } from "../api/error";
import { type Pve } from "../pve";

/** Find out who makes a request: by API token, else by the ticket cookie. */
export function identify(
  { tickets }: Pve,
  request: FastifyRequest,
  isPublic: boolean,
): Caller | undefined {
  const { authorization } = request.headers;
  if (isPublic) return undefined;
  if (authorization?.startsWith("PVEAPIToken")) return tickets.tokenCaller(authorization);
  const ticket = /(?:^|;\s*)PVEAuthCookie=([^;]*)/.exec(request.headers.cookie ?? "")?.[1];
  if (ticket === undefined) throw new ApiError(401, "No ticket");
  const caller = tickets.caller(decodeURIComponent(ticket));
  if (request.method !== "GET") {
    const csrf = request.headers["csrfpreventiontoken"];
    tickets.checkCsrf(caller, Array.isArray(csrf) ? csrf[0] : csrf);
  }
  return caller;
}
