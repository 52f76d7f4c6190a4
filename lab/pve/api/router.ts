import { allowed } from "../access/permission";
import { type Caller } from "../access/caller";
import { type Pve } from "../pve";
import { checkParams, type Errors, type Params, type RawParams } from "../schema/check";
import { type MethodSchema, methodSchema } from "../schema/model";
import { ApiError, die, refuseParams } from "./error";

/** One request after its parameters have been checked. */
export interface Call {
  readonly params: Params;
  readonly caller: Caller;
  /** The file part of an upload, already on disk. */
  readonly upload?: { readonly path: string; readonly filename: string };
}

/** Data together with members that Proxmox puts beside it, such as `changes`. */
export class Reply {
  constructor(
    readonly data: unknown,
    readonly beside: Readonly<Record<string, unknown>>,
  ) {}
}

/** Answers a call with the value of `data`. */
export type Handler = (call: Call) => unknown;

interface Route {
  readonly segments: readonly string[];
  readonly schema: MethodSchema;
  readonly handler: Handler;
}

/** A request as it arrives: the path is still percent-encoded. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly raw: RawParams;
  readonly caller: Caller | undefined;
  readonly upload?: Call["upload"];
}

/** Proxmox's REST tree: finds the method, checks parameters, then rights, then calls it. */
export class Router {
  private readonly routes = new Map<string, Route[]>();

  constructor(private readonly pve: Pve) {}

  /** Serve a path that Proxmox's schema declares. */
  on(method: string, path: string, handler: Handler): void {
    const schema = methodSchema(method, path);
    if (schema === undefined) throw new Error(`Proxmox has no ${method} ${path}`);
    const routes = this.routes.get(method) ?? [];
    routes.push({ segments: segmentsOf(path), schema, handler });
    this.routes.set(method, routes);
  }

  /** Whether anybody, logged in or not, may make this request. */
  isPublic(method: string, path: string): boolean {
    return this.find(method, segmentsOf(path))?.route.schema.user === "world";
  }

  /** Answer a request, or throw an ApiError. */
  async dispatch({ method, path, raw, caller, upload }: Request): Promise<unknown> {
    const segments = segmentsOf(path).map(decode);
    const found = this.find(method, segments);
    if (found === undefined) {
      throw new ApiError(501, `Method '${method} /${segments.join("/")}' not implemented`);
    }
    const { route, captured } = found;
    const node = captured["node"];
    if (node !== undefined && node !== this.pve.node && node !== "localhost") {
      die(
        `hostname lookup '${node}' failed - failed to get address info for: ${node}: Name or service not known`,
      );
    }
    const errors: Errors = {};
    const { properties, open } = route.schema;
    const params = checkParams(properties, open, { ...raw, ...captured }, errors);
    if (Object.keys(errors).length > 0) refuseParams(errors);
    if (route.schema.user !== "world") {
      if (caller === undefined) throw new ApiError(401, "No ticket");
      allowed(this.pve.users, caller, route.schema, params);
    }
    const data = await route.handler({
      params,
      caller: caller ?? { user: "" },
      ...(upload ? { upload } : {}),
    });
    return data;
  }

  private find(method: string, segments: readonly string[]) {
    let best: { route: Route; captured: Record<string, string> } | undefined;
    for (const route of this.routes.get(method) ?? []) {
      const captured = capture(route.segments, segments);
      if (captured === undefined) continue;
      const fewer = Object.keys(captured).length < Object.keys(best?.captured ?? captured).length;
      if (best === undefined || fewer) best = { route, captured };
    }
    return best;
  }
}

const segmentsOf = (path: string): string[] => path.split("/").filter((part) => part !== "");

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ApiError(400, "bad path encoding");
  }
}

function capture(pattern: readonly string[], segments: readonly string[]) {
  if (pattern.length !== segments.length) return undefined;
  const captured: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? "";
    if (part.startsWith("{")) captured[part.slice(1, -1)] = segment;
    else if (part !== segment) return undefined;
  }
  return captured;
}

/** A parameter as text; undefined when it was not sent. */
export const text = (params: Params, name: string): string | undefined => {
  const value = params[name];
  return Array.isArray(value) ? value.join(",") : value;
};

/** A parameter the schema guarantees, as text. */
export const need = (params: Params, name: string): string => text(params, name) ?? "";

/** A boolean parameter. */
export const flag = (params: Params, name: string): boolean => params[name] === "1";

/** A parameter that may be sent several times. */
export const many = (params: Params, name: string): string[] => {
  const value = params[name];
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
};

/** Split a list as Proxmox does: by comma, semicolon, space or NUL. */
export const splitList = (list: string | undefined): string[] =>
  (list ?? "").split(/[,;\0\s]+/).filter((part) => part !== "");
