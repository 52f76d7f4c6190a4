import type { FirewallPolicy } from "../policy";
import { FAMILIES, formatPrefix, interfacesOf, parsePrefix } from "../policy-resolve";
import { baseChain, block, chain, devices, elements, IP, rate, rule } from "./text";
import { guard } from "./guard";
import { parseMac } from "../mac";

const SYN = "tcp flags & (fin|syn|rst|ack) == syn";

/** What is looked at before anything else: forged senders and floods, each only where declared. */
export function ingress(policy: FirewallPolicy): string[] {
  const { guests = [], synProtection = [] } = policy;
  if (guests.length + synProtection.length === 0) return [];
  return [
    ...guestSets(policy),
    ...synProtection.flatMap(({ zone }) =>
      FAMILIES.flatMap((family) =>
        block(`set attempts_${zone}_${family}`, [
          `type ${IP[family].type}`,
          "size 65535",
          "flags dynamic,timeout",
          "timeout 1m",
        ]),
      ),
    ),
    ...baseChain("ingress", "filter hook prerouting priority raw - 10; policy accept", [
      ...guard(policy),
      ...(guests.length > 0 ? [rule(["iifname @guest_ports jump guests"], "guests")] : []),
      ...synProtection.flatMap(({ zone, ratePerSource = 50 }, index) => {
        const device = `iifname ${devices(interfacesOf(policy, zone))}`;
        const comment = `synProtection[${index}] ${zone}`;
        return [
          rule([device, "tcp flags & (fin|syn) == (fin|syn) counter drop"], comment),
          rule([device, "tcp flags & (syn|rst) == (syn|rst) counter drop"], comment),
          ...FAMILIES.map((family) =>
            rule(
              [
                device,
                SYN,
                `update @attempts_${zone}_${family} { ${IP[family].ip} saddr limit ${rate(ratePerSource).replace("rate", "rate over")} }`,
                "counter drop",
              ],
              comment,
            ),
          ),
        ];
      }),
    ]),
    ...(guests.length > 0 ? chain("guests", guestRules(policy)) : []),
  ];
}

/** The ports of guests, and who may send what on them: three look-ups, however many guests. */
function guestSets({ guests = [] }: FirewallPolicy): string[] {
  const ports = [...new Set(guests.map((guest) => guest.interface))];
  return [
    ...elements(
      "set guest_ports",
      ["type ifname"],
      ports.map((port) => `"${port}"`),
    ),
    ...elements(
      "set guest_macs",
      ["type ifname . ether_addr"],
      guests.map((guest) => `${sender(guest)} comment "${guest.name}"`),
    ),
    ...FAMILIES.flatMap((family) => {
      const list = guests.flatMap((guest) =>
        guest.addresses.flatMap((text) => {
          const prefix = parsePrefix(text);
          return prefix?.family === family
            ? [`${sender(guest)} . ${formatPrefix(prefix)} comment "${guest.name}"`]
            : [];
        }),
      );
      const type = [`type ifname . ether_addr . ${IP[family].type}`];
      const networks = list.some((one) => one.includes("/"));
      return elements(`set guests${family}`, networks ? [...type, "flags interval"] : type, list);
    }),
  ];
}

const sender = (guest: { interface: string; mac: string }) =>
  `"${guest.interface}" . ${parseMac(guest.mac) ?? guest.mac}`;

function guestRules({ guests = [] }: FirewallPolicy): string[] {
  const known = "iifname . ether saddr @guest_macs";
  return [
    ...FAMILIES.filter((family) =>
      guests.some(({ addresses }) => addresses.some((one) => parsePrefix(one)?.family === family)),
    ).map((family) =>
      rule(
        [`iifname . ether saddr . ${IP[family].ip} saddr @guests${family} return`],
        "guests: own addresses",
      ),
    ),
    rule([known, "ip saddr 0.0.0.0 udp sport 68 udp dport 67 return"], "guests: DHCP"),
    rule([known, "ip6 saddr :: meta l4proto ipv6-icmp return"], "guests: neighbour discovery"),
    rule([known, "ip6 saddr fe80::/10 return"], "guests: neighbour discovery, DHCPv6"),
    rule(["counter drop"], "guests: forged sender"),
  ];
}
