import type * as pulumi from "@pulumi/pulumi";
import { Client } from "ssh2";
import { nodeConnection, type ProxmoxNodeArgs } from "./proxmox-node";

const READY_TIMEOUT_MS = 15_000;

/**
 * Run a shell script on a node over a connection of its own, the host key pinned.
 *
 * Rejects with the script's own words when it fails.
 */
export async function runOnNode(node: ProxmoxNodeArgs, script: string): Promise<string> {
  const connection = await resolved(nodeConnection(node));
  const pinned = Buffer.from(connection.hostKey.split(" ")[1] ?? "", "base64");
  const algorithm = connection.hostKey.split(" ")[0] ?? "";
  const client = new Client();
  try {
    await new Promise<void>((resolve, reject) => {
      client
        .once("ready", resolve)
        .once("error", reject)
        .connect({
          host: connection.host,
          port: connection.port,
          username: connection.user,
          privateKey: connection.privateKey,
          readyTimeout: READY_TIMEOUT_MS,
          algorithms: { serverHostKey: [algorithm as "ssh-ed25519"] },
          hostVerifier: (key: Buffer) => key.equals(pinned),
        });
    });
    return await execute(client, script);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${connection.host}: ${reason}`, { cause: error });
  } finally {
    client.end();
  }
}

const execute = (client: Client, script: string) =>
  new Promise<string>((resolve, reject) => {
    client.exec("sh -s", (error, channel) => {
      if (error) {
        reject(error);
        return;
      }
      let [out, err] = ["", ""];
      channel.on("data", (chunk: Buffer) => (out += chunk.toString()));
      channel.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
      channel.on("close", (code: number | null) => {
        if (code === 0) resolve(out);
        else reject(new Error(err.trim() || `the script ended with status ${String(code)}`));
      });
      channel.end(script);
    });
  });

const resolved = <T>(output: pulumi.Output<T>) =>
  new Promise<T>((resolve) => {
    output.apply((value) => resolve(value));
  });
