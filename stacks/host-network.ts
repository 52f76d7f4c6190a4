import {
  BridgeMode,
  bridgePolicy,
  type DhcpOption,
  DhcpOptionName,
  type FirewallPolicy,
  Ipv6Mode,
  type NetworkServices,
  Protocol,
  Verdict,
} from "../components";
import type { AddressPlan, ForeignNetwork } from "../net/address-plan";
import { foreignIssues } from "../net/address-plan-values";
import { BITS, parseAddress } from "../net/cidr";
import type { HostConfig } from "./host-config";

/** The zone of all uplinks. */
export const UPLINK = "uplink";

/** DHCP of one network, and DNS where the server has it; none where the host has no part in it. */
export function services(
  { server }: HostConfig,
  { mode, pool, guests, domain, nameServers, advertise }: HostConfig["networks"][number],
): NetworkServices | undefined {
  const declared = pool ?? domain ?? (guests.length + nameServers.length > 0 || advertise);
  if (mode === BridgeMode.Isolated && !declared) return undefined;
  return {
    server,
    ranges: pool && [{ from: pool.from, to: pool.to }],
    leaseTime: pool?.leaseTime,
    reservations: guests.map(reservation),
    domain,
    ...(server ? { options: [toldOf(nameServers)] } : { upstreams: nameServers }),
    advertise,
  };
}

const toldOf = (values: string[]): DhcpOption => ({ option: DhcpOptionName.NameServers, values });

type Guest = HostConfig["networks"][number]["guests"][number];

// Without what DHCP has no part in.
const reservation = ({ name, mac, address, address6 }: Guest) => ({
  name,
  mac,
  address,
  ...(address6 !== undefined && { address6 }),
});

/** The networks that the host is in, each with its place among all. */
export const present = (networks: HostConfig["networks"]) =>
  networks
    .map((network, index) => ({ ...network, index }))
    .filter((network) => !isIsolated(network));

const isIsolated = ({ mode }: { readonly mode: BridgeMode }) => mode === BridgeMode.Isolated;

const DHCP = [{ protocol: Protocol.Udp, ports: [67] }];
const DHCP_AND_DNS = [
  { protocol: Protocol.Udp, ports: [53, 67, 547] },
  { protocol: Protocol.Tcp, ports: [53] },
];

/** Modes in which nobody outside knows the addresses of guests. */
const BEHIND_THE_HOST: readonly Ipv6Mode[] = [Ipv6Mode.TcpProxy, Ipv6Mode.Nat66];

const PUBLIC_IPV6 = { to: UPLINK, destinations: ["2000::/3"] };

/** What the host lets through. */
export function policy(config: HostConfig, ipv6: Ipv6Mode): FirewallPolicy {
  const { node, uplinks, networks, server, allow, forwards, proxmoxFirewall } = config;
  const modes = networks.map(({ name, mode }) => ({ bridgeName: name, mode }));
  const inside = bridgePolicy(modes, UPLINK);
  const shown = proxmoxFirewall ? networks.filter(({ portIsolation }) => !portIsolation) : [];
  return {
    management: management(node.port, uplinks),
    zones: [
      { name: UPLINK, interfaces: uplinks.map(({ name }) => name) },
      ...inside.zones,
      ...shown.filter(isIsolated).map(({ name }) => ({ name, interfaces: [name] })),
    ],
    flows: [
      ...inside.zones.flatMap(({ name }) => [
        ...asked(name, server ? DHCP : DHCP_AND_DNS),
        ...(ipv6 === Ipv6Mode.Off ? [{ ...PUBLIC_IPV6, from: name, verdict: Verdict.Reject }] : []),
      ]),
      ...inside.flows,
      // What guests of one bridge say to each other crosses the host's filter too.
      ...shown.map(({ name }) => ({ from: name, to: name })),
      { from: UPLINK, to: "router", protocol: Protocol.Icmp, rate: 10 },
      ...allow,
    ],
    masquerade: inside.masquerade,
    masquerade6: BEHIND_THE_HOST.includes(ipv6) ? inside.masquerade : [],
    keepAddresses: inside.keepAddresses,
    forwards: forwards.map((forward) => ({ ...forward, from: UPLINK })),
    proxmoxFirewall,
    addresses: [...networks, ...uplinks].flatMap(({ name, addresses }) =>
      addresses.map((address) => ({ interface: name, address })),
    ),
  };
}

/** The way in to a node that is reached on an SSH port: its first uplink. */
export const management = (
  port: number,
  uplinks: readonly { readonly name: string }[],
): FirewallPolicy["management"] => ({
  interface: uplinks[0]?.name ?? "",
  node: true,
  uplink: true,
  ...(port !== 22 && { ports: [22, port] }),
});

/** What guests of a zone ask of the host itself: services and pings. */
export const asked = (from: string, services = DHCP_AND_DNS): FirewallPolicy["flows"] =>
  [...services, { protocol: Protocol.Icmp }].map((flow) => ({ ...flow, from, to: "router" }));

/** Every address that the configuration names. */
export const addressPlan = (config: HostConfig): AddressPlan => ({
  networks: present(config.networks).map(({ name, addresses, pool, guests, advertise }) => ({
    name,
    addresses,
    advertise,
    ranges: pool && [{ from: pool.from, to: pool.to }],
    guests: guests.map(reservation),
  })),
  uplinks: config.uplinks.map(({ name, addresses }) => ({ name, addresses })),
  foreign: [...config.foreign, ...nodeNetwork(config.node.address)],
  forwards: [...config.forwards, ...config.proxies].map(({ name, address }) => ({ name, address })),
});

/** What the node is reached by: a network of guests with it would take the way in. */
export function nodeNetwork(text: string): ForeignNetwork[] {
  const address = parseAddress(text);
  const all = address ? [{ name: "node", network: `${text}/${BITS[address.family]}` }] : [];
  // Whoever comes through a tunnel gives an address that says nothing here.
  return all.filter((one) => foreignIssues("node", one).length === 0);
}
