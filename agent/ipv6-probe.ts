import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BITS, formatAddress, networkOf, parseCidr } from "../net/cidr";
import type { Ipv6Finding, Ipv6Question } from "../net/ipv6-mode";
import { sha256 } from "./agent";

const PROBE = readFileSync(join(__dirname, "shell", "ipv6-probe.sh"), "utf8");

/** A question about a provider, and whom to ask outside. */
export interface Ipv6Probe extends Ipv6Question {
  /** IPv6 addresses that answer pings; the first that answers the host itself is asked. */
  readonly targets: readonly string[];
}

/** Render the script that asks; it takes half a minute at most and leaves nothing behind. */
export function renderIpv6Probe(probe: Ipv6Probe): string {
  const { uplink, network, targets } = probe;
  const [routed = "", onLink = ""] = probeAddresses(network);
  return [
    `UPLINK=${uplink}`,
    `ROUTED=${routed}`,
    `ON_LINK=${onLink}`,
    `TARGETS='${targets.join(" ")}'`,
    PROBE,
  ].join("\n");
}

const FOUND = /^found (routed|on-link|neither|no-address|no-route|silence)$/m;

/** Read what the script printed. */
export function parseIpv6Probe(text: string): Ipv6Finding {
  const found = FOUND.exec(text)?.[1] as Ipv6Finding["found"] | undefined;
  if (!found) throw new Error(`the IPv6 probe said nothing that helps: ${text.trim()}`);
  const said = (word: string) =>
    [...text.matchAll(new RegExp(`^${word} (\\S+)$`, "gm"))].map(([, value = ""]) => value);
  return { found, own: said("own")[0], target: said("target")[0], silent: said("silent") };
}

/**
 * Two addresses of a network that nobody has: by chance, and the same ones each time. Each stands for
 * another question, because a router remembers for a while whom it did not find.
 */
function probeAddresses(network: string): string[] {
  const cidr = parseCidr(network);
  if (!cidr) return [];
  const { family, address, prefix } = networkOf(cidr);
  const host = (1n << BigInt(BITS[family] - prefix)) - 1n;
  return ["routed", "on-link"].map((purpose) =>
    formatAddress(family, address | (BigInt(`0x${sha256(`${network} ${purpose}`)}`) & host)),
  );
}
