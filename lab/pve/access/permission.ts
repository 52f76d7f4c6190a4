import { ApiError } from "../api/error";
import { need } from "../api/router";
import { type Params } from "../schema/check";
import { type Check, type MethodSchema } from "../schema/model";
import { type Caller, authId, isRoot } from "./caller";
import { type Users } from "./users";

/** Stop with 403 in Proxmox's words. */
export function refuse(what?: string): never {
  throw new ApiError(403, `Permission check failed${what === undefined ? "" : ` (${what})`}`);
}

/** Stop unless the caller holds every privilege, or with `any` at least one, on the path. */
export function requirePrivileges(
  users: Users,
  caller: Caller,
  path: string,
  privileges: readonly string[],
  any = false,
): void {
  const held = users.privileges(caller, path);
  if (any) {
    if (!privileges.some((name) => held.has(name))) refuse(`${path}, ${privileges.join("|")}`);
    return;
  }
  for (const name of privileges) if (!held.has(name)) refuse(`${path}, ${name}`);
}

/** Check a caller against what Proxmox declares for a method. */
export function allowed(users: Users, caller: Caller, schema: MethodSchema, params: Params): void {
  if (isRoot(caller)) return;
  if (schema.check !== undefined) evaluate(users, caller, schema.check, params);
  else if (schema.user !== "all" && schema.user !== "world") {
    if (schema.user !== "arg" || params["userid"] !== authId(caller)) refuse();
  }
}

function evaluate(users: Users, caller: Caller, check: Check, params: Params): void {
  const [kind, ...rest] = check;
  if (kind === "and") {
    for (const part of rest) evaluate(users, caller, part as Check, params);
  } else if (kind === "or") {
    let first: unknown;
    for (const part of rest) {
      try {
        evaluate(users, caller, part as Check, params);
        return;
      } catch (error) {
        first ??= error;
      }
    }
    throw first;
  } else if (kind === "perm") {
    const [template, privileges, ...options] = rest as [string, string[], ...(string | number)[]];
    const required = options[options.indexOf("require_param") + 1];
    if (options.includes("require_param") && params[String(required)] === undefined) refuse();
    const path = template.replace(/\{(.+?)\}/g, (_, name: string) => need(params, name));
    requirePrivileges(users, caller, path, privileges, options.includes("any"));
  } else refuse();
}
