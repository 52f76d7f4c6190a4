import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { die } from "../api/error";
import { type Fields, parsePropertyString, printPropertyString } from "../schema/property-string";
import { type VmKeys } from "./config-file";
import { fieldsOf } from "./drive";

/** A new address with the prefix that Proxmox gives its guests. */
const newMac = (): string =>
  ["BC", "24", "11", ...[...randomBytes(3)].map((byte) => byte.toString(16).padStart(2, "0"))]
    .join(":")
    .toUpperCase();

/** A random UUID as Proxmox makes them for SMBIOS and the generation id. */
export const newUuid = (): string => crypto.randomUUID();

/** Read a NIC; values were checked when they were set. */
export function parseNet(value: string): Fields {
  const fields = parsePropertyString(fieldsOf("net0"), value);
  return typeof fields === "string" ? {} : fields;
}

/** Print a NIC as `model=MAC,…`, inventing the address when there is none. */
export function printNet(fields: Fields, previous?: string): string {
  const kept = previous === undefined ? undefined : parseNet(previous)["macaddr"];
  const macaddr = (fields["macaddr"] ?? kept ?? newMac()).toUpperCase();
  return printPropertyString(fieldsOf("net0"), { ...fields, macaddr });
}

/** Read a passed-through device. */
export function parseHostPci(value: string): Fields {
  const fields = parsePropertyString(fieldsOf("hostpci0"), value);
  return typeof fields === "string" ? {} : fields;
}

/** Bring a value that is not a drive into the form Proxmox stores. */
export function storedValue(key: string, value: string, keys: VmKeys): string {
  if (/^net\d+$/.test(key)) return printNet(parseNet(value), keys[key]);
  if (/^hostpci\d+$/.test(key)) {
    const fields = parseHostPci(value);
    if (fields["host"] === undefined && fields["mapping"] === undefined) {
      die("either 'host' or 'mapping' must be set.");
    }
    return printPropertyString(fieldsOf(key), fields);
  }
  if (key === "tags") {
    const tags = value.split(/[;,\s]+/).filter((tag) => tag !== "");
    return [...new Set(tags.map((tag) => tag.toLowerCase()))].sort().join(";");
  }
  if (key === "cipassword" && !value.startsWith("$")) return hashed(value);
  if (key === "smbios1" && !value.includes("uuid=")) return `${value},uuid=${newUuid()}`;
  return value;
}

/** Proxmox keeps only the hash of a password, made as crypt(3) does with SHA-256. */
function hashed(password: string): string {
  const { status, stdout } = spawnSync("openssl", ["passwd", "-5", "-stdin"], {
    input: password,
    encoding: "utf8",
  });
  return status === 0 ? stdout.trim() : die("unable to hash the password");
}
