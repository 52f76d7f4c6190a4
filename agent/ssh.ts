import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { Client, type ClientErrorExtensions } from "ssh2";
import type { Call } from "./frame";

/** A machine as it is reached over SSH, host keys pinned. */
export interface SshTarget {
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
  readonly privateKey: string;
  readonly hostKey: string;
  /** The machine in front of it. */
  readonly proxy?: SshTarget;
}

/** How a command ended, and all it printed. */
export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** No connection could be had, and nothing was run. */
export class NotConnected extends Error {
  constructor(
    message: string,
    /** Whether another attempt would end alike: another host key, or a key that is not let in. */
    readonly final: boolean,
    cause: unknown,
  ) {
    super(message, { cause });
  }
}

/** The connection ended before the command did; what became of it is not known. */
export class ConnectionLost extends Error {}

interface Limits {
  /**
   * Longest wait for a connection and a session, each hop, in milliseconds.
   * @default 5000
   */
  readonly connectMs?: number;
  /**
   * Longest wait for the end of the command, in milliseconds.
   * @default as long as the connection lives
   */
  readonly runMs?: number;
}

const CONNECT_MS = 5000;
const KEEPALIVE = { keepaliveInterval: 5000, keepaliveCountMax: 3 };

/** Where a machine is, in words. */
export const placeOf = ({ host, port = 22, proxy }: SshTarget): string =>
  `${host}:${port}${proxy ? ` (through ${placeOf(proxy)})` : ""}`;

/** Run one command on a machine, over a connection of its own. */
export async function execute(
  target: SshTarget,
  { command, stdin, reply }: Call,
  { connectMs = CONNECT_MS, runMs }: Limits = {},
): Promise<Outcome> {
  const session = await open(target, connectMs);
  let limit: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const lost = (reason: string) => reject(new ConnectionLost(`${placeOf(target)}: ${reason}`));
      if (runMs !== undefined)
        limit = setTimeout(() => lost(`no answer within ${runMs / 1000} s`), runMs);
      const { client } = session;
      client.on("error", ({ message }) => lost(message));
      client.on("close", () => lost("the connection was closed"));
      client.exec(command, (error, channel) => {
        if (error) {
          lost(error.message);
          return;
        }
        let [status, stdout, stderr] = [-1, "", ""];
        channel.setEncoding("utf8").on("data", (text: string) => {
          stdout += text;
          if (reply && channel.writable && stdout.includes(reply.to)) channel.end(reply.stdin);
        });
        channel.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
        channel.on("exit", (code: number | null) => (status = code ?? -1));
        channel.on("error", ({ message }: Error) => lost(message));
        channel.on("close", () => {
          if (status >= 0) resolve({ status, stdout, stderr });
          else lost("the command was cut short");
        });
        channel.write(stdin);
        if (!reply) channel.end();
      });
    });
  } finally {
    clearTimeout(limit);
    session.close();
  }
}

/** Whether the SSH server of a machine answers a connection that is new. */
export async function greets(target: SshTarget): Promise<boolean> {
  const { host, port = 22, proxy } = target;
  let hop: Session | undefined;
  let stream: Duplex | undefined;
  let limit: NodeJS.Timeout | undefined;
  try {
    hop = proxy && (await open(proxy, CONNECT_MS));
    const line = hop ? await forward(hop.client, target, CONNECT_MS) : connect(port, host);
    stream = line;
    return await new Promise((resolve) => {
      limit = setTimeout(() => resolve(false), CONNECT_MS);
      line.on("error", () => resolve(false)).on("close", () => resolve(false));
      line.once("data", (banner: Buffer) => resolve(banner.toString("latin1").startsWith("SSH-")));
    });
  } catch {
    return false;
  } finally {
    clearTimeout(limit);
    stream?.destroy();
    hop?.close();
  }
}

interface Session {
  readonly client: Client;
  close(): void;
}

async function open(target: SshTarget, connectMs: number): Promise<Session> {
  const { host, port = 22, user = "root", privateKey, hostKey, proxy } = target;
  const [algorithm = "", key = ""] = hostKey.split(" ");
  const hop = proxy && (await open(proxy, connectMs));
  const client = new Client();
  const close = () => {
    client.destroy();
    hop?.close();
  };
  try {
    const sock = hop && (await forward(hop.client, target, connectMs));
    await new Promise<void>((resolve, reject) => {
      // Without a listener, a later error would end the whole program.
      client.on("error", reject).once("ready", resolve);
      client.once("close", () => reject(new Error("the connection was closed")));
      client.connect({
        host,
        port,
        sock,
        username: user,
        privateKey,
        readyTimeout: connectMs,
        ...KEEPALIVE,
        algorithms: { serverHostKey: [algorithm as "ssh-ed25519"] },
        hostVerifier: (shown: Buffer) => shown.equals(Buffer.from(key, "base64")),
      });
    });
    return { client, close };
  } catch (error) {
    close();
    const { message, level } = error as Error & ClientErrorExtensions;
    // What ssh2 says when `hostVerifier` does.
    const denied = message.startsWith("Host denied");
    const final = denied || level === "client-authentication" || message.includes("privateKey");
    const reason = denied
      ? "it shows another host key than the one that is pinned"
      : message.replace("(SSH) Channel open failure: ", "");
    throw new NotConnected(`${placeOf(target)}: ${reason}`, final, error);
  }
}

/** A stream to a machine behind this one. */
const forward = (client: Client, { host, port = 22 }: SshTarget, connectMs: number) =>
  new Promise<Duplex>((resolve, reject) => {
    const limit = setTimeout(
      () => reject(new Error(`no connection within ${connectMs / 1000} s`)),
      connectMs,
    );
    client.forwardOut("127.0.0.1", 0, host, port, (error, stream) => {
      clearTimeout(limit);
      if (error) reject(error);
      else resolve(stream);
    });
  });
