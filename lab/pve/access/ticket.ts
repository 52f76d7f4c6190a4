import { createHmac } from "node:crypto";
import { ApiError } from "../api/error";
import { type Caller } from "./caller";
import { same, type Users } from "./users";

const LIFETIME_SECONDS = 7200;

/** Makes and checks login tickets and the tokens that guard writes against forgery. */
export class Tickets {
  constructor(
    private readonly users: Users,
    private readonly seconds: () => number,
  ) {}

  /** A ticket for a user, in Proxmox's form `PVE:user:TIME::signature`. */
  issue(user: string): { ticket: string; csrf: string } {
    const time = hex(this.seconds());
    const plain = `PVE:${user}:${time}`;
    return {
      ticket: `${plain}::${this.sign(plain)}`,
      csrf: `${time}:${this.sign(`${time}:${user}`)}`,
    };
  }

  /** The caller a ticket stands for. */
  caller(ticket: string): Caller {
    const [plain = "", signature = ""] = ticket.split("::");
    const [, user = "", time = ""] = plain.split(":");
    if (!same(signature, this.sign(plain)) || !this.fresh(time)) {
      throw new ApiError(401, "permission denied - invalid PVE ticket");
    }
    return { user };
  }

  /** Stop unless the CSRF token belongs to the user. */
  checkCsrf(caller: Caller, csrf: string | undefined): void {
    const [time = "", signature = ""] = (csrf ?? "").split(":");
    if (!same(signature, this.sign(`${time}:${caller.user}`)) || !this.fresh(time)) {
      throw new ApiError(401, "Permission denied - invalid csrf token");
    }
  }

  /** The caller of a header `PVEAPIToken=user@realm!name=secret`. */
  tokenCaller(header: string): Caller {
    const match = /^PVEAPIToken=((\S+@\S+)!(\S+?))[=:]([a-zA-Z0-9-]+)$/.exec(header);
    const [, id = "", user = "", token = "", secret = ""] = match ?? [];
    if (match === null || !this.users.config.users.get(user)?.enabled) {
      throw new ApiError(401, "no such user or token");
    }
    if (!this.users.tokenMatches(id, secret)) throw new ApiError(401, "invalid token value!");
    return { user, token };
  }

  private fresh(time: string): boolean {
    const age = this.seconds() - Number.parseInt(time, 16);
    return age > -300 && age < LIFETIME_SECONDS;
  }

  private sign(plain: string): string {
    return createHmac("sha256", this.users.key).update(plain).digest("base64");
  }
}

const hex = (seconds: number): string => seconds.toString(16).toUpperCase().padStart(8, "0");
