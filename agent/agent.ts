import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

// In the order of the finished program: main.sh calls what the others define.
const PARTS = [
  "base",
  "supervisor",
  "systemd",
  "openrc",
  "procd",
  "files",
  "nft",
  "frames",
  "link",
  "kernel",
  "announce",
  "tap-order",
  "tap",
  "ways",
  "interfaces",
  "stanza",
  "uplink",
  "uplink-refusals",
  "services",
  "words",
  "loader",
  "cmdline",
  "card-names",
  "card",
  "vf",
  "vf-setting",
  "generation",
  "connection",
  "watch",
  "preflight",
  "transaction",
  "outcome",
  "boot",
  "report",
  "emergency",
  "main",
];

/** The change agent: one POSIX shell program that runs on a host or guest. */
export const AGENT: string = program(PARTS);

/** One POSIX shell program made of parts, in their order. */
export function program(parts: readonly string[]): string {
  return parts
    .map((part) => readFileSync(join(__dirname, "shell", `${part}.sh`), "utf8"))
    .join("\n");
}

/** Checksum in hexadecimal digits; what generations and frames are named by. */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
