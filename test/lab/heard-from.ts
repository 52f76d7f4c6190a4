import { spawn } from "node:child_process";
import { exec } from "../../lab/client";
import { inNetns } from "../../lab/host/netns";
import { netnsOf, type SegmentName } from "../../lab/host/segments";

const PORT = "7007";

// Prints whom it hears from, until it is told that this was the last one.
const LISTEN = `
import socket, sys
ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
ear.bind(("", int(sys.argv[1])))
print("ready", flush=True)
heard = set()
while True:
    said, (address, _) = ear.recvfrom(64)
    heard.add(address)
    if said == b"last":
        print(*sorted(heard), flush=True)
        break
`;

// Speaks from each address, whether it has an answer or not; from the first one last.
const SPEAK = `
import socket, sys, time
to, port, own, *others = sys.argv[1:]
for address, word in [*((one, b"word") for one in others), (own, b"last")]:
    mouth = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    mouth.bind((address, 0))
    mouth.sendto(word, (to, int(port)))
    time.sleep(0.2)
`;

/** Which of the senders that a guest gives itself arrive at a listener; the first is its own. */
export async function heardFrom(
  guest: SegmentName,
  senders: readonly string[],
  listener: SegmentName,
  address: string,
): Promise<string[]> {
  const argv = ["timeout", "30", "python3", "-c", LISTEN, PORT];
  const [command = "", ...args] = inNetns(netnsOf(listener), argv);
  const ear = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  const said: string[] = [];
  await new Promise<void>((done, failed) => {
    ear.once("error", failed);
    ear.once("close", () => failed(new Error("nobody listens")));
    ear.stdout.on("data", (text: Buffer) => {
      said.push(text.toString());
      done();
    });
  });
  const ended = new Promise((done) => ear.once("close", done));
  await exec(guest, ["python3", "-c", SPEAK, address, PORT, ...senders]);
  await ended;
  return said.join("").split(/\s+/).filter(Boolean).slice(1);
}
