import { formatCidr, parseCidr } from "../net/cidr";
import type { ConfigFile } from "../net/config-file";
import { DhcpServer } from "../net/dhcp";
import type { DnsmasqServer, NetworkServices } from "../net/dnsmasq";
import type { TcpProxies } from "../net/haproxy";
import { dnsmasqFiles, dnsmasqUnit, HAPROXY_UNIT, haproxyFiles } from "../net/host";
import { renderNetwork } from "../net/networkd-network";
import { networkdServer } from "../net/networkd-services";
import { hostRoute, type RoutedGuest } from "../net/routed-guest";
import type { Operation } from "./bundle";

/** A bridge of a host, as the Proxmox API makes it, and what the host does on it. */
export interface HostBridge {
  readonly name: string;
  /** Devices of the host that belong to it. */
  readonly ports: readonly string[];
  /** Whether the host is not on it at all. */
  readonly isolated: boolean;
  /** Addresses of the host on it, with their prefix. */
  readonly addresses: readonly string[];
  /** Whether its IPv4 address there is a lease. */
  readonly dhcp?: boolean;
  /** Routers that its default routes lead to over the bridge. */
  readonly gateways?: readonly string[];
  /** Whether a port may be what the host is reached by. */
  readonly free: boolean;
  /** All that the API is told. */
  readonly declared: unknown;
  /** Its Ethernet address, or the device that it is taken from. */
  readonly mac: string;
  /** Whether it looks for loops. */
  readonly stp?: boolean;
  /** Seconds before a new port forwards. */
  readonly forwardDelay?: number;
  /** What filters between its ports, as an nft script. */
  readonly filter?: string;
  /** DHCP and DNS on it, by dnsmasq or by systemd-networkd. */
  readonly services?: NetworkServices;
  /** Addresses that are led to guests on it one by one. */
  readonly routedGuests?: readonly RoutedGuest[];
}

/** A bridge, and what serves the guests on it. */
export function bridgeOperations({
  isolated,
  services,
  routedGuests = [],
  mac,
  stp = false,
  forwardDelay = 0,
  filter,
  dhcp = false,
  gateways = [],
  ...bridge
}: HostBridge): Operation[] {
  const { name, addresses, ports, free } = bridge;
  const made: Operation[] = [
    { ...bridge, kind: "bridge", addresses: addresses.map(canonical) },
    { kind: "stanza", name, mac, stp, forwardDelay },
  ];
  if (filter !== undefined) made.push({ kind: "frames", name, text: filter });
  // The kernel would give the host an address of its own on it, which guests reach it by.
  if (isolated)
    return [...made, { kind: "sysctl", key: `net/ipv6/conf/${name}/disable_ipv6`, value: 1 }];
  if (ports.length > 0) {
    made.push({ kind: "uplink", name, ports, free, dhcp, gateways: gateways.map(printed) });
  }
  const redirects = ["all", name].map(noRedirects);
  const led = routedGuests.flatMap((guest) => routeOperations(name, guest));
  const { program, server } = services ? serving(name, addresses, services) : NOTHING;
  return [...(dhcp ? [DHCP_CLIENT] : []), ...program, ...made, ...redirects, ...led, ...server];
}

// The only one that ifupdown2 knows.
const DHCP_CLIENT: Operation = { kind: "program", name: "dhclient", package: "isc-dhcp-client" };

/** What serves on a bridge, and the program that has to be there before anything is changed. */
interface Serving {
  readonly program: readonly Operation[];
  readonly server: readonly Operation[];
}

const NOTHING: Serving = { program: [], server: [] };

function serving(name: string, addresses: readonly string[], services: NetworkServices): Serving {
  const { reservations = [] } = services;
  if (services.server === DhcpServer.Networkd) {
    return {
      program: [{ kind: "program", name: "networkctl", package: "systemd" }],
      server: [
        file(renderNetwork(networkdServer(name, addresses, services))),
        { kind: "serve", device: name, forget: reservations.length > 0 },
      ],
    };
  }
  return {
    program: [{ kind: "program", name: "dnsmasq", package: "dnsmasq-base" }],
    server: [
      ...dnsmasqFiles(serverOf(name, addresses, services)).map(file),
      { kind: "unit", unit: dnsmasqUnit(name) },
    ],
  };
}

const file = ({ path, text }: ConfigFile): Operation => ({ kind: "file", path, text });

/** TCP proxies, by a haproxy of their own. */
export const proxyOperations = (config: TcpProxies): Operation[] =>
  config.proxies.length === 0
    ? []
    : [
        { kind: "program", name: "haproxy", package: "haproxy" },
        ...haproxyFiles(config).map(file),
        { kind: "unit", unit: HAPROXY_UNIT },
      ];

/** The way to one guest, and the answer to who has its address. */
function routeOperations(device: string, { address, proxyOn }: RoutedGuest): Operation[] {
  const destination = hostRoute(address);
  const route: Operation = { kind: "route", device, destination };
  if (proxyOn === undefined) return [route];
  const ipv6 = destination.includes(":");
  return [
    route,
    // IPv4 answers for what is declared wherever it forwards.
    ...(ipv6
      ? [{ kind: "sysctl", key: `net/ipv6/conf/${proxyOn}/proxy_ndp`, value: 1 } as const]
      : []),
    { kind: "neighbour", device: proxyOn, address: printed(address) },
  ];
}

// A guest that asks for a forward of another one would be told to go there by itself from then on.
const noRedirects = (device: string): Operation => ({
  kind: "sysctl",
  key: `net/ipv4/conf/${device}/send_redirects`,
  value: 0,
});

/** The server on a bridge. */
const serverOf = (
  name: string,
  addresses: readonly string[],
  services: NetworkServices,
): DnsmasqServer => ({ ...services, name, interfaces: [name], addresses: [...addresses] });

const printed = (address: string) => hostRoute(address).replace(/\/.*/, "");

const canonical = (text: string) => {
  const cidr = parseCidr(text);
  return cidr ? formatCidr(cidr) : text;
};
