import { type ChildProcess, spawn } from "node:child_process";
import { inNetns } from "../../lab/host/netns";
import { netnsOf, type SegmentName } from "../../lab/host/segments";
import { Talk } from "../agent/talk";

/** Sends back what it hears on a port, for as long as somebody speaks; a program of Python. */
export const ECHO = `
import socket, sys, threading
def echo(peer):
    while data := peer.recv(4096):
        peer.sendall(data)
    peer.close()
server = socket.create_server(("", int(sys.argv[1])))
print("ready", flush=True)
while True:
    threading.Thread(target=echo, args=server.accept()[:1], daemon=True).start()
`;

// Sends each line that it reads, and prints what comes back.
const CALL = `
import socket, sys
peer = socket.create_connection((sys.argv[1], int(sys.argv[2])), 10)
print("ready", flush=True)
for line in sys.stdin:
    peer.sendall(line.encode())
    print(peer.recv(4096).decode(), end="", flush=True)
`;

async function python(client: SegmentName, script: string, ...args: string[]) {
  const [command = "", ...rest] = inNetns(netnsOf(client), ["python3", "-c", script, ...args]);
  const child = spawn(command, rest);
  const talk = new Talk(child);
  await talk.said("ready\n");
  return { child, talk };
}

/** Have a guest send back whatever it hears on a port. */
export async function echoOn(
  client: SegmentName,
  port: number,
): Promise<Pick<ChildProcess, "kill">> {
  return (await python(client, ECHO, `${port}`)).child;
}

/** One TCP connection that stays open. */
export class HeldConnection {
  private constructor(
    private readonly child: ChildProcess,
    private readonly talk: Talk,
  ) {}

  /** Connect; rejects if that takes more than ten seconds. */
  static async open(client: SegmentName, address: string, port: number): Promise<HeldConnection> {
    const { child, talk } = await python(client, CALL, address, `${port}`);
    return new HeldConnection(child, talk);
  }

  /** Send a line, and hear what comes back for it. */
  async echo(line: string): Promise<string> {
    this.talk.say(line);
    return (await this.talk.said("\n")).trimEnd();
  }

  close(): void {
    this.child.kill("SIGKILL");
  }
}
