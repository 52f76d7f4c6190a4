import type { Outcome } from "../../../net/simulator";
import type { Seen, WirePacket } from "./wire";

/** What became of one packet, in the words of the simulator. */
export interface Fate {
  readonly verdict: "accept" | "reject" | "drop";
  readonly way?: "input" | "forward";
  readonly out?: string;
  readonly source?: string;
  readonly destination?: string;
  readonly port?: number;
}

const REPLIES = [0, 129];
const RST = 0x04;

/** Read from what came out of the router, and what got into it, what it did with a packet. */
export function fateOf(
  { id, sport, in: link }: WirePacket,
  seen: readonly Seen[],
  arrived: ReadonlySet<string>,
): Fate {
  const passed = seen.find((one) => one.id === id && !REPLIES.includes(one.type ?? -1));
  if (passed) {
    return {
      verdict: "accept",
      way: "forward",
      out: passed.on,
      source: passed.source,
      destination: passed.destination,
      ...(passed.protocol === "icmp" ? {} : { port: passed.port }),
    };
  }
  if (arrived.has(`${sport}`)) return { verdict: "accept", way: "input" };
  const told = seen.some(
    (one) =>
      one.on === link &&
      (one.about?.sport === sport || (((one.flags ?? 0) & RST) !== 0 && one.port === sport)),
  );
  return { verdict: told ? "reject" : "drop" };
}

/** What the simulator says, in the words of what can be seen of it. */
export function expectedFate(outcome: Outcome, fate: Fate): Fate {
  const { verdict, way, out, source, destination, port } = outcome;
  if (verdict !== "accept") return { verdict: way === "output" ? "drop" : verdict };
  if (way === "input") return { verdict, way };
  return {
    verdict,
    way: "forward",
    out,
    source: source ?? fate.source,
    destination,
    ...(port === undefined ? {} : { port }),
  };
}
