import { spawn } from "node:child_process";
import { targetOf } from "../agent/bundle";
import type { SshTarget } from "../agent/ssh";

/** One slice that a stack has recorded as in force on a machine. */
export interface Recorded {
  /** Name of the slice on the machine. */
  readonly slice: string;
  /** Checksum of what was recorded. */
  readonly target: string;
  /** How the machine is reached. */
  readonly connection: SshTarget;
}

/** Everything that a stack has on machines, read from its state by `pulumi` itself. */
export async function recordedBy(stack: string): Promise<Recorded[]> {
  const text = await pulumi(["stack", "export", "--show-secrets", "--stack", stack]);
  return readState(JSON.parse(text));
}

/** The slices in a state as `pulumi stack export --show-secrets` prints it. */
function readState(state: unknown): Recorded[] {
  const resources = (state as { deployment?: { resources?: Resource[] } }).deployment?.resources;
  return (resources ?? []).flatMap(({ type, inputs }) => {
    if (type !== "command:remote:Command") return [];
    const { stdin, connection } = revealed(inputs) as { stdin?: unknown; connection?: SshTarget };
    const slice = typeof stdin === "string" ? SLICE.exec(stdin)?.[1] : undefined;
    return slice && connection ? [{ slice, target: targetOf(stdin as string), connection }] : [];
  });
}

interface Resource {
  readonly type: string;
  readonly inputs?: unknown;
}

// The first member of every bundle.
const SLICE = /^member head \d+\nslice ([a-z0-9-]+)\n/;

// How the state marks what is secret.
const SECRET = "4dabf18193072939515e22adb298388d";

function revealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== "object" || value === null) return value;
  if (SECRET in value) {
    const { plaintext = "null" } = value as { plaintext?: string };
    return revealed(JSON.parse(plaintext));
  }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, revealed(one)]));
}

function pulumi(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("pulumi", args, { stdio: ["ignore", "pipe", "pipe"] });
    let [out, err] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
    child.on("error", (error) => reject(new Error(`pulumi can not be run: ${error.message}`)));
    child.on("close", (code) => (code === 0 ? resolve(out) : reject(new Error(err.trim()))));
  });
}
