import { must } from "./command";
import { inNetns } from "./netns";
import { HOST } from "./nodes";
import { ADDRESS, netnsOf, PORTS } from "./segments";

/**
 * What a strict provider does with the customer's IPv6 prefix: routes it to the customer's own address,
 * looks on the link for each address of it, lets that one address through only, or has no IPv6.
 */
export type ProviderIpv6 = "routed" | "on-link" | "neither" | "none";

/** The prefix that the provider gives its customer. */
const PREFIX = "2001:db8:113::/64";

const WAN = netnsOf("wan");
const MAC = PORTS.find(({ segment }) => segment === "wan")?.mac ?? "";
const { customer, customer6 } = ADDRESS;

const ROUTES: Record<ProviderIpv6, readonly string[]> = {
  routed: [`route add ${customer6}/128 dev eth0`, `route add ${PREFIX} via ${customer6} dev eth0`],
  "on-link": [`route add ${PREFIX} dev eth0`],
  neither: [`route add ${customer6}/128 dev eth0`, `route add unreachable ${PREFIX}`],
  none: [],
};

const NO_TABLE = ["table bridge provider", "delete table bridge provider"];

/**
 * Make the provider a strict one: from the host's port it takes frames of one MAC address and packets of
 * one IPv4 address, whatever else comes is counted and dropped. Until `openProvider`.
 */
export async function strictProvider(ipv6: ProviderIpv6): Promise<void> {
  if (!Object.keys(ROUTES).includes(ipv6))
    throw new Error(`provider: ${ipv6} is none; expected open, ${Object.keys(ROUTES).join(", ")}`);
  const sources = ipv6 === "neither" ? customer6 : PREFIX;
  await must(inNetns(WAN, ["nft", "-f", "-"]), {
    stdin: [
      ...NO_TABLE,
      "table bridge provider {",
      "counter foreign { }",
      "chain in {",
      "type filter hook prerouting priority -300; policy accept;",
      `iifname != "${HOST.wire}" accept`,
      `ether saddr != ${MAC} counter name foreign drop`,
      `arp saddr ether != ${MAC} counter name foreign drop`,
      `arp saddr ip != { 0.0.0.0, ${customer} } drop`,
      `ip saddr != { 0.0.0.0, ${customer} } drop`,
      ipv6 === "none" ? "ether type ip6 drop" : `ip6 saddr != { ::, fe80::/10, ${sources} } drop`,
      "}",
      "chain out {",
      "type filter hook postrouting priority -300; policy accept;",
      ...(ipv6 === "none" ? [`oifname "${HOST.wire}" ether type ip6 drop`] : []),
      "}",
      "}",
      "",
    ].join("\n"),
  });
  await routes(ROUTES[ipv6]);
}

/** Frames from the host's port with another MAC address than its card's, since `strictProvider`. */
export async function foreignFrames(): Promise<number> {
  const text = await must(
    inNetns(WAN, ["nft", "list", "counter", "bridge", "provider", "foreign"]),
  );
  return Number(/packets (\d+)/.exec(text)?.[1]);
}

/** Make the provider one that lets everything in again, with an on-link prefix. */
export async function openProvider(): Promise<void> {
  await must(inNetns(WAN, ["nft", "-f", "-"]), { stdin: [...NO_TABLE, ""].join("\n") });
  await routes(ROUTES["on-link"]);
}

const routes = (lines: readonly string[]) =>
  must(["ip", "-6", "-n", WAN, "-batch", "-"], {
    stdin: [`route flush root ${PREFIX}`, "neighbour flush dev eth0", ...lines, ""].join("\n"),
  });
