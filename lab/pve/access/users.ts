import { createHmac, randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomic } from "../state/atomic";
import { type Caller, authId, isRoot } from "./caller";
import { parseUserConfig, type UserConfig } from "./user-config";

const ALL = "/";

/** Users, tokens, roles and rights, in Proxmox's files below /etc/pve. */
export class Users {
  constructor(private readonly directory: string) {}

  /** What user.cfg says now. */
  get config(): UserConfig {
    return parseUserConfig(readFileSync(join(this.directory, "user.cfg"), "utf8"));
  }

  /** The secret that signs tickets; made at the first use. */
  get key(): Buffer {
    const file = join(this.directory, "priv", "authkey");
    if (!existsSync(file)) writeAtomic(file, randomBytes(32).toString("hex"), 0o600);
    return Buffer.from(readFileSync(file, "utf8"), "hex");
  }

  /** Whether the password is the user's. */
  passwordMatches(user: string, password: string): boolean {
    const line = this.lines("shadow.cfg").find((entry) => entry.startsWith(`${user}:`));
    const [, salt = "", hash = ""] = line?.slice(user.length).split(":") ?? [];
    if (hash === "" || !this.config.users.get(user)?.enabled) return false;
    return timingSafeEqual(hashPassword(password, salt), Buffer.from(hash, "hex"));
  }

  /** Whether the secret is the token's. */
  tokenMatches(id: string, secret: string): boolean {
    return (
      this.config.tokens.has(id) &&
      this.lines("token.cfg").some((line) => same(line, `${id} ${secret}`))
    );
  }

  /** Set a user's password. */
  setPassword(user: string, password: string): void {
    const salt = randomBytes(8).toString("hex");
    const others = this.lines("shadow.cfg").filter((line) => !line.startsWith(`${user}:`));
    const entry = `${user}:${salt}:${hashPassword(password, salt).toString("hex")}`;
    writeAtomic(this.secrets("shadow.cfg"), `${[...others, entry].join("\n")}\n`, 0o600);
  }

  /** Privileges of a caller on a path, propagated from the paths above it. */
  privileges(caller: Caller, path: string): ReadonlySet<string> {
    const { roles } = this.config;
    if (isRoot(caller)) return new Set([...roles.values()].flat());
    const user = this.userPrivileges(caller.user, path);
    if (caller.token === undefined) return user;
    const id = authId(caller);
    if (this.config.tokens.get(id)?.separated !== true) return user;
    const own = this.granted(id, path);
    return new Set([...own].filter((privilege) => user.has(privilege)));
  }

  private userPrivileges(user: string, path: string): ReadonlySet<string> {
    return user === "root@pam"
      ? new Set([...this.config.roles.values()].flat())
      : this.granted(user, path);
  }

  private granted(id: string, path: string): ReadonlySet<string> {
    const { acl, roles } = this.config;
    const levels = [ALL, ...path.split("/").map((_, i, all) => all.slice(0, i + 1).join("/"))];
    let result = new Set<string>();
    for (const level of levels.filter((item, i) => item !== "" && levels.indexOf(item) === i)) {
      const entries = acl.filter(
        (entry) => entry.path === level && entry.id === id && (entry.propagate || level === path),
      );
      if (entries.length > 0)
        result = new Set(entries.flatMap(({ role }) => roles.get(role) ?? []));
    }
    return result;
  }

  private secrets(name: string): string {
    return join(this.directory, "priv", name);
  }

  private lines(name: string): string[] {
    const file = this.secrets(name);
    return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
  }
}

const hashPassword = (password: string, salt: string): Buffer => scryptSync(password, salt, 32);

/** Compare two texts without telling by the time how much of them is equal. */
export function same(left: string, right: string): boolean {
  const digest = (value: string) => createHmac("sha256", "compare").update(value).digest();
  return timingSafeEqual(digest(left), digest(right));
}
