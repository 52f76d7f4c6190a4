import { Client } from "ssh2";
import type { Call } from "../../agent/frame";
import type { Machine } from "./machine";

/** A connection over which one call is made. */
export class Connection {
  /** Whether there is nothing more to expect from it. */
  ended = false;

  private constructor(private readonly client: Client) {
    // Reset by a machine that has lost its power.
    client.on("error", () => (this.ended = true));
    client.on("close", () => (this.ended = true));
  }

  /** Open one, or nothing if the machine refuses it. */
  static async open({ connection }: Machine): Promise<Connection | undefined> {
    const client = new Client();
    const opened = new Promise<boolean>((resolve) => {
      client.once("ready", () => resolve(true));
      client.once("error", () => resolve(false));
      client.once("close", () => resolve(false));
    });
    const { host, port, user: username, privateKey } = connection;
    client.connect({
      ...{ host, port, username, privateKey },
      // The quickest to agree on.
      algorithms: {
        kex: ["curve25519-sha256"],
        cipher: ["aes128-gcm@openssh.com"],
        serverHostKey: ["ssh-ed25519"],
      },
    });
    return (await opened) ? new Connection(client) : undefined;
  }

  /** Make a call, and return what is said to it, as far as it comes. */
  call({ command, stdin, reply }: Call): Promise<string> {
    return new Promise((resolve) => {
      let said = "";
      const end = () => {
        this.drop();
        resolve(said);
      };
      this.client.once("close", end);
      this.client.exec(command, (error, stream) => {
        if (error) {
          end();
          return;
        }
        stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
        stream.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
        stream.on("error", () => undefined).on("close", end);
        stream.end(stdin + (reply?.stdin ?? ""));
      });
    });
  }

  /** Cut it. */
  drop(): void {
    this.ended = true;
    this.client.destroy();
  }
}
