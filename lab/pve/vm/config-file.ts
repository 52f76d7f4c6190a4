import { createHash } from "node:crypto";

/** The keys of a VM's configuration, as text. */
export type VmKeys = Record<string, string>;

/** A VM's configuration: what is in force, and what the next start brings. */
export interface VmConfig {
  readonly keys: VmKeys;
  readonly pending: VmKeys;
  /** Keys that the next start removes. */
  readonly pendingDeletes: readonly string[];
}

/** Read a `<vmid>.conf`. */
export function parseVmConfig(content: string): VmConfig {
  const keys: VmKeys = {};
  const pending: VmKeys = {};
  const description: string[] = [];
  let pendingDeletes: string[] = [];
  let section = keys;
  for (const line of content.split("\n")) {
    const entry = /^([a-z][a-z_0-9-]*):\s*(.*?)\s*$/i.exec(line);
    if (line === "[PENDING]") section = pending;
    else if (line.startsWith("#") && section === keys) description.push(decode(line.slice(1)));
    else if (entry) {
      const [, key = "", value = ""] = entry;
      if (section === pending && key === "delete") pendingDeletes = value.split(",");
      else section[key] = key === "description" ? decode(value) : value;
    }
  }
  // Proxmox drops white space at the end, and the provider counts on it.
  if (description.length > 0) keys["description"] = description.join("\n").trimEnd();
  return { keys, pending, pendingDeletes };
}

/** Print a `<vmid>.conf`: the description as comments, then the keys by name. */
export function printVmConfig({ keys, pending, pendingDeletes }: VmConfig): string {
  const { description, ...others } = keys;
  const lines = (description ?? "").trimEnd().split("\n");
  const text = description === undefined ? "" : lines.map((line) => `#${encode(line)}\n`).join("");
  const entries = (values: VmKeys) =>
    Object.keys(values)
      .sort()
      .map(
        (key) =>
          `${key}: ${key === "description" ? encode(values[key] ?? "") : (values[key] ?? "")}\n`,
      )
      .join("");
  const deletes = pendingDeletes.length > 0 ? `delete: ${pendingDeletes.join(",")}\n` : "";
  const next = entries(pending) + deletes;
  return `${text}${entries(others)}${next === "" ? "" : `\n[PENDING]\n${next}`}`;
}

/** The digest by which Proxmox notices that a configuration changed in between. */
export const digestOf = (content: string): string =>
  createHash("sha1").update(content).digest("hex");

const encode = (line: string): string =>
  [...Buffer.from(line, "utf8")]
    .map((byte) =>
      byte < 0x20 || byte > 0x7e || byte === 0x25
        ? `%${byte.toString(16).toUpperCase().padStart(2, "0")}`
        : String.fromCharCode(byte),
    )
    .join("");

function decode(line: string): string {
  try {
    return decodeURIComponent(line);
  } catch {
    return line;
  }
}
