import { parseAddress, parseCidr } from "./cidr";
import { type Issues, issue, quote } from "./issues";
import { ownIssues, present, reachableIssues } from "./own-address";

/** How a host is reached over a bridge, in place of the card that is its port. */
export interface HostUplink {
  /**
   * Routers that the host's default routes lead to over the bridge, one of each family at most.
   * @default none
   */
  gateways?: string[];
  /**
   * Whether the host's IPv4 address on the bridge is a lease (DHCP).
   * @default false
   */
  dhcp?: boolean;
}

/** What the uplink of a bridge is declared beside. */
interface Beside extends HostUplink {
  readonly ports?: readonly string[];
  readonly addresses?: readonly string[];
  /** Whether a port may be what the host is reached by. */
  readonly allowed: boolean;
}

/** Whether a bridge is what the host goes out by. */
export const isUplink = ({ gateways = [], dhcp = false }: HostUplink): boolean =>
  gateways.length > 0 || dhcp;

/** Every reason why a host can not be reached over a bridge as declared. */
export function uplinkIssues(uplink: Beside): Issues {
  const { gateways = [], dhcp = false, ports = [], addresses = [], allowed } = uplink;
  const declared = gateways.length > 0 ? "gateways" : "dhcp";
  return [
    ...gateways.flatMap((text, i) => gatewayIssues(`gateways[${i}]`, text, addresses, dhcp)),
    ...([4, 6] as const).flatMap((family) =>
      gateways.filter((text) => parseAddress(text)?.family === family).length > 1
        ? issue("gateways", `more than one of IPv${family}`, "one of each family")
        : [],
    ),
    ...addresses.flatMap((text, i) =>
      dhcp && parseCidr(text)?.family === 4
        ? issue("dhcp", `true beside addresses[${i}] ${quote(text)}`, "one of them")
        : [],
    ),
    ...(isUplink(uplink) && ports.length === 0
      ? issue(declared, "no ports to reach the outside by", "the card that leads there in ports")
      : []),
    ...(isUplink(uplink) && ports.length > 0 && !allowed
      ? issue(
          "allowManagementChange",
          `false, yet ${declared} for ports ${quote(ports)}`,
          "true, or no uplink",
        )
      : []),
  ];
}

function gatewayIssues(
  path: string,
  text: string,
  addresses: readonly string[],
  dhcp: boolean,
): Issues {
  const own = present(addresses.map(parseCidr));
  const family = parseAddress(text)?.family;
  if (family === undefined) return reachableIssues(path, text);
  if (dhcp && family === 4) return issue(path, `${quote(text)} beside dhcp`, "that of the lease");
  return own.some((cidr) => cidr.family === family)
    ? [
        ...(/^fe80:/i.test(text) ? [] : reachableIssues(path, text)),
        ...ownIssues(path, text, own, "the address of a router"),
      ]
    : issue(path, `${quote(text)} without an IPv${family} address`, "one in addresses");
}
