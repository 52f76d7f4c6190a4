import { type ChildProcess, spawn } from "node:child_process";
import { exec } from "../../lab/client";
import { inNetns } from "../../lab/host/netns";
import { netnsOf, type SegmentName } from "../../lab/host/segments";

const MINUTE = 60_000;

// Says who it is and who asked.
const SERVE = `
import socket, sys, threading
name, port = sys.argv[1], int(sys.argv[2])
server = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=64)
print("ready", flush=True)
while True:
    peer, address = server.accept()
    peer.sendall(f"{name}:{port} for {address[0].removeprefix('::ffff:')}".encode())
    peer.close()
`;

// Prints the TCP ports of an address that let somebody in.
const SCAN = `
import asyncio, sys
host = sys.argv[1]
found, queue = [], iter(range(1, 65536))
async def work():
    for port in queue:
        try:
            _, writer = await asyncio.wait_for(asyncio.open_connection(host, port), 1)
            found.append(port)
            writer.close()
        except (OSError, asyncio.TimeoutError):
            pass
async def main():
    await asyncio.gather(*(work() for _ in range(3000)))
    print(*sorted(found))
asyncio.run(main())
`;

/** What answers on one port of a guest. */
export type Server = Pick<ChildProcess, "kill">;

/** Have a guest answer on a port, in both families. */
export function serve(client: SegmentName, port: number): Promise<Server> {
  const [command = "", ...args] = inNetns(netnsOf(client), [
    "python3",
    "-c",
    SERVE,
    client,
    `${port}`,
  ]);
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((done, failed) => {
    child.once("error", failed);
    child.stdout.once("data", () => done(child));
  });
}

/** The TCP ports of an address that let a client in, of all there are. */
export async function scan(client: SegmentName, address: string): Promise<string> {
  const script = `ulimit -n 8192; exec python3 -c '${SCAN}' ${address}`;
  const { stdout } = await exec(client, ["sh", "-c", script], { timeoutMs: 2 * MINUTE });
  return stdout.trim();
}
