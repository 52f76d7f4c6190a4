import { type Issues, issue } from "./issues";

const TYPES = [
  "ssh-ed25519",
  "ssh-rsa",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "sk-ssh-ed25519@openssh.com",
  "sk-ecdsa-sha2-nistp256@openssh.com",
];

const KEY_LIMIT = 16_384;

/** A public key in its parts. */
export interface SshKey {
  readonly type: string;
  readonly blob: string;
  readonly comment: string;
}

/** Read one public key as `type base64 comment`, without options before it. */
export function parseSshKey(text: string): SshKey | undefined {
  return reasonAgainst(text) ? undefined : parts(text);
}

/**
 * Every reason why a value is not one public SSH key.
 *
 * The value itself is never shown: what was pasted here may be a private key.
 */
export function sshKeyIssues(path: string, value: unknown): Issues {
  const reason = typeof value === "string" ? reasonAgainst(value) : "not text";
  return reason ? issue(path, reason, "one line such as ssh-ed25519 AAAA… name") : [];
}

function reasonAgainst(text: string): string | undefined {
  if (text.includes("PRIVATE KEY") || text.startsWith("PuTTY-User-Key-File")) {
    return "this is a private key";
  }
  if (text.length > KEY_LIMIT) return `${text.length} characters`;
  if (/[\n\r]/.test(text.trim())) return "more than one line";
  if (/[^\x20-\x7e]/.test(text)) return "holds unprintable characters";
  const { type, blob } = parts(text);
  if (!TYPES.includes(type)) {
    return / (ssh-|ecdsa-|sk-)/.test(text) ? "options before the key" : "no known type of key";
  }
  return innerType(blob) === type ? undefined : `no ${type} key after its type`;
}

function parts(text: string): SshKey {
  const [type = "", blob = "", ...comment] = text.split(" ");
  return { type, blob, comment: comment.join(" ") };
}

/** The type that a key's own bytes name, when their lengths add up. */
function innerType(blob: string): string | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(blob) || blob.length % 4 !== 0) return undefined;
  const bytes = Buffer.from(blob, "base64");
  const fields: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + 4 > bytes.length) return undefined;
    const length = bytes.readUInt32BE(at);
    fields.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
    if (at > bytes.length) return undefined;
  }
  return fields.length > 1 ? fields[0]?.toString("latin1") : undefined;
}
