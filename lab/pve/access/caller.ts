/** Who makes a call: a user by ticket, or one of the user's tokens. */
export interface Caller {
  /** The user, for example `root@pam`. */
  readonly user: string;
  /** The token's name when the call came by API token. */
  readonly token?: string;
}

/** The name Proxmox logs and checks: `root@pam`, or `root@pam!lab` for a token. */
export const authId = ({ user, token }: Caller): string =>
  token === undefined ? user : `${user}!${token}`;

/** Only a ticket makes somebody root@pam; root's own tokens are not. */
export const isRoot = (caller: Caller): boolean => authId(caller) === "root@pam";
