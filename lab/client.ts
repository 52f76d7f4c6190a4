import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CommandOptions, type CommandResult, must, run } from "./host/command";
import { inNetns } from "./host/netns";
import { paths } from "./host/paths";
import type { TcpResult } from "./host/probe";
import { netnsOf, type SegmentName } from "./host/segments";

export { attach, detach, plug, unplug } from "./host/cabling";
export type { TcpResult } from "./host/probe";

/** What a DHCP server gave. */
export interface Lease {
  readonly address: string;
  /** Length of the network's prefix, in bits. */
  readonly prefix: number;
  readonly routers: readonly string[];
  readonly dns: readonly string[];
  readonly domain?: string;
  readonly leaseSeconds: number;
  /** The server's address. */
  readonly server: string;
}

const PROBE_MS = 5_000;
const SLACK_MS = 5_000;

/** Run a program where a client stands. */
export function exec(
  client: SegmentName,
  argv: readonly string[],
  options?: CommandOptions,
): Promise<CommandResult> {
  return run(inNetns(netnsOf(client), argv), options);
}

/** Ask for a DHCP lease and configure the client with it, as a real client does; bounded. */
export async function dhcp(client: SegmentName): Promise<Lease> {
  const directory = mkdtempSync(join(tmpdir(), "lease-"));
  const file = join(directory, "lease");
  const script = join(__dirname, "host/lease.sh");
  try {
    const { code, stderr } = await exec(
      client,
      [
        ...["busybox", "udhcpc", "-f", "-q", "-n", "-i", "eth0", "-s", script],
        ...["-t", "8", "-T", "1", "-O", "domain"],
      ],
      { env: { LEASE: file }, timeoutMs: 30_000 },
    );
    if (code !== 0) throw new Error(`no DHCP lease on segment ${client}: ${stderr.trim()}`);
    return parseLease(readFileSync(file, "utf8"));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Take away the addresses and routes that a client got. */
export async function forget(client: SegmentName): Promise<void> {
  await must(
    inNetns(netnsOf(client), ["ip", "address", "flush", "dev", "eth0", "scope", "global"]),
  );
}

/** Whether an address answers one of three echo requests. */
export async function ping(client: SegmentName, address: string): Promise<boolean> {
  const argv = ["ping", "-n", "-q", "-c", "3", "-i", "0.3", "-W", "2", address];
  const { stdout } = await exec(client, argv, { timeoutMs: 15_000 });
  return / [1-3] received/.test(stdout);
}

/** Connect to a TCP port and hear what it says. */
export async function tcp(client: SegmentName, address: string, port: number): Promise<TcpResult> {
  return (await probe(client, ["tcp", address, `${port}`])) as TcpResult;
}

/** Ask a name server for a name's addresses; none when it says that there are none. */
export async function resolve(
  client: SegmentName,
  server: string,
  name: string,
  family: 4 | 6 = 4,
): Promise<string[]> {
  return (await probe(client, ["resolve", server, name, `${family}`])) as string[];
}

/** The client's routing table, one route a line. */
export async function routes(client: SegmentName, family: 4 | 6 = 4): Promise<string[]> {
  const argv = ["ip", `-${family}`, "route", "show"];
  const out = await must(inNetns(netnsOf(client), argv));
  return out.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()]));
}

async function probe(client: SegmentName, args: readonly string[]): Promise<unknown> {
  const program = join(paths.programs, "probe.cjs");
  const argv = [process.execPath, program, ...args, `${PROBE_MS}`];
  const { code, stdout, stderr } = await exec(client, argv, { timeoutMs: PROBE_MS + SLACK_MS });
  if (code !== 0) throw new Error(`${args.join(" ")}, from segment ${client}: ${stderr.trim()}`);
  return JSON.parse(stdout);
}

function parseLease(text: string): Lease {
  const field = Object.fromEntries(
    text.split("\n").map((line): [string, string] => {
      const [name = "", value = ""] = line.split("=", 2);
      return [name, value];
    }),
  );
  const words = (value = "") => value.split(" ").filter((word) => word !== "");
  const { address = "", domain, server = "" } = field;
  return {
    address,
    prefix: Number(field.prefix),
    routers: words(field.routers),
    dns: words(field.dns),
    ...(domain === undefined || domain === "" ? {} : { domain }),
    leaseSeconds: Number(field.leaseSeconds),
    server,
  };
}
