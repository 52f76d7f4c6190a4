import { parseCidr } from "./cidr";
import { declaredIssues } from "./declared";
import { dhcpRangeIssues, RESERVATION_SHAPE, reservationIssues } from "./dhcp-issues";
import { dnsNameIssues } from "./dns-name";
import { leaseTimeIssues } from "./durations";
import { type Issues, issue } from "./issues";
import { interfaceNameIssues } from "./names";
import type { NetworkdNetwork, NetworkdPool } from "./networkd-network";
import {
  advertiseIssues,
  ownAddressIssues,
  present,
  proxyNeighbourIssues,
  reachableIssues,
} from "./own-address";
import { ROUTE_SHAPE, routeIssues } from "./route";
import type { Shape } from "./shape";

/** Why systemd-networkd would ignore a part of what it is told, which it only writes to its log. */
export const networkdIssues = (path: string, network: NetworkdNetwork): Issues =>
  declaredIssues(path, network, SHAPE, (plain) => networkIssues(path, plain));

const SHAPE: Shape = {
  name: "text",
  "bridge?": "text",
  "dhcp?": "flag",
  "defaultRoute?": "flag",
  "addresses?": ["text"],
  "kept?": "flag",
  "routes?": [ROUTE_SHAPE],
  "proxyNeighbours?": ["text"],
  "pool?": {
    from: "text",
    to: "text",
    "leaseTime?": "number",
    "dns?": ["text"],
    "domain?": "text",
    "reservations?": [RESERVATION_SHAPE],
  },
  "advertise?": "flag",
};

function networkIssues(path: string, network: NetworkdNetwork): Issues {
  const { name, bridge, dhcp, defaultRoute, addresses = [], routes = [] } = network;
  const { proxyNeighbours = [], pool, advertise } = network;
  const own = present(addresses.map(parseCidr));
  return [
    ...interfaceNameIssues(`${path}.name`, name),
    ...(bridge === undefined ? [] : interfaceNameIssues(`${path}.bridge`, bridge)),
    ...(bridge !== undefined && addresses.length > 0
      ? issue(`${path}.addresses`, `on a port of ${bridge}`, "them on the bridge")
      : []),
    ...(defaultRoute && !dhcp
      ? issue(`${path}.defaultRoute`, "needs a route from DHCP", "dhcp: true beside it")
      : []),
    ...ownAddressIssues(`${path}.addresses`, addresses),
    ...routeIssues(`${path}.routes`, routes, own),
    ...proxyNeighbourIssues(`${path}.proxyNeighbours`, proxyNeighbours, own, 6),
    ...(pool ? poolIssues((key) => `${path}.pool${key}`, pool, addresses) : []),
    ...(advertise ? advertiseIssues(path, addresses) : []),
    ...(advertise && defaultRoute
      ? issue(
          `${path}.advertise`,
          "on the way out",
          "no router advertisements towards the provider",
        )
      : []),
  ];
}

/** Why a pool can not be handed out; `at` says where a key of it is declared, `""` its range. */
export function poolIssues(
  at: (key: string) => string,
  pool: NetworkdPool,
  addresses: readonly string[],
): Issues {
  const { leaseTime = 3600, dns = [], domain, reservations = [] } = pool;
  const own = present(addresses.map(parseCidr)).filter(({ family }) => family === 4);
  if (own.length === 0) {
    return issue(at(""), "no IPv4 network to hand out", "an IPv4 address beside it");
  }
  return [
    // Only the first network can be handed out.
    ...dhcpRangeIssues(() => at(""), [pool], own.slice(0, 1)),
    ...leaseTimeIssues(at(".leaseTime"), leaseTime),
    ...dns.flatMap((text, i) => reachableIssues(at(`.dns[${i}]`), text, 4)),
    ...(domain === undefined ? [] : dnsNameIssues(at(".domain"), domain)),
    ...reservationIssues(
      at(".reservations"),
      reservations.map((one) => ({ ...one, address6: undefined })),
      own.slice(0, 1),
    ),
    ...reservations.flatMap(({ address6 }, i) =>
      address6 === undefined
        ? []
        : issue(
            at(`.reservations[${i}].address6`),
            "systemd-networkd serves no DHCPv6",
            "IPv4 alone, or dnsmasq",
          ),
    ),
  ];
}
