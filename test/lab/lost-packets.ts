import { spawn } from "node:child_process";
import { once } from "node:events";
import { inNetns } from "../../lab/host/netns";
import { netnsOf, type SegmentName } from "../../lab/host/segments";

/** How many of a hundred pings a second get no answer while something is done; the last may be late. */
export async function lostDuring(
  client: SegmentName,
  address: string,
  change: () => Promise<unknown>,
): Promise<number> {
  const [command = "", ...args] = inNetns(netnsOf(client), ["ping", "-q", "-i", "0.01", address]);
  const ping = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(ping, "close");
  let said = "";
  ping.stdout.on("data", (text: Buffer) => (said += text.toString()));
  try {
    await change();
  } finally {
    ping.kill("SIGINT");
    await ended;
  }
  const [, sent = "0", received = "0"] =
    /(\d+) packets transmitted, (\d+) received/.exec(said) ?? [];
  if (Number(received) < 100) throw new Error(`there was no flow to lose a packet of: ${said}`);
  return Math.max(0, Number(sent) - Number(received) - 1);
}
