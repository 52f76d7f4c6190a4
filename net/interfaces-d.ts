import type { Bridge } from "./bridge";
import { formatAddress, formatCidr, networkOf, parseAddress, parseCidr } from "./cidr";
import { type ConfigFile, HEADER } from "./config-file";
import { parseMac } from "./mac";
import type { Route } from "./route";

/** A bridge as /etc/network/interfaces has it. */
export interface InterfacesBridge extends Bridge {
  /**
   * Own addresses with their prefix.
   * @default none
   */
  addresses?: string[];
  /**
   * Interfaces that are ports of it from boot on; those of guests come and go by themselves.
   * @default none
   */
  ports?: string[];
  /**
   * Ways over this bridge.
   * @default none
   */
  routes?: Route[];
  /**
   * Addresses behind us, of either family, that we answer for on this bridge.
   * @default none
   */
  proxyNeighbours?: string[];
}

/**
 * The file of one bridge in /etc/network/interfaces.d, for ifupdown2 (interfaces(5)).
 *
 * Each command after `up` and `down` can run again: a reload must find nothing to complain about.
 */
export function renderInterfacesBridge(bridge: InterfacesBridge): ConfigFile {
  const { name, addresses = [], routes = [], proxyNeighbours = [] } = bridge;
  const [four, six] = [4, 6].map((family) =>
    addresses.filter((text) => parseCidr(text)?.family === family),
  );
  const stanzas = [
    [
      `auto ${name}`,
      `iface ${name} inet ${four?.length ? "static" : "manual"}`,
      ...indent(addressLines(four)),
      ...indent(options(bridge)),
      ...indent(routes.flatMap((route) => commands(routeArguments(name, route)))),
      ...indent(proxyNeighbours.flatMap((text) => commands(neighbourArguments(name, text)))),
    ],
    ...(six?.length ? [[`iface ${name} inet6 static`, ...indent(addressLines(six))]] : []),
  ];
  return {
    path: `/etc/network/interfaces.d/${name}`,
    text: [[HEADER], ...stanzas].map((lines) => [...lines, ""].join("\n")).join("\n"),
  };
}

function options({ mac, ports = [], stp, forwardDelay = 0, vlanAware, mtu }: InterfacesBridge) {
  return [
    ...(mac === undefined ? [] : [`hwaddress ${parseMac(mac) ?? mac}`]),
    `bridge-ports ${ports.length > 0 ? ports.join(" ") : "none"}`,
    `bridge-stp ${stp ? "on" : "off"}`,
    `bridge-fd ${forwardDelay}`,
    ...(vlanAware ? ["bridge-vlan-aware yes", "bridge-vids 2-4094"] : []),
    // Without it a reload takes the guests' ports off the bridge.
    "bridge-ports-condone-regex ^(tap|veth|fwpr|fwln)[0-9]+",
    ...(mtu === undefined ? [] : [`mtu ${mtu}`]),
  ];
}

interface Arguments {
  readonly object: string;
  readonly replace: string;
  readonly remove: string;
}

function routeArguments(
  device: string,
  { destination, gateway, onLink, metric }: Route,
): Arguments {
  const cidr = parseCidr(destination);
  const what = [
    cidr ? formatCidr(networkOf(cidr)) : destination,
    ...(gateway === undefined ? [] : [`via ${canonical(gateway)}`]),
    `dev ${device}`,
    ...(onLink ? ["onlink"] : []),
    ...(metric === undefined ? [] : [`metric ${metric}`]),
  ].join(" ");
  return {
    object: `ip -${cidr?.family ?? 4} route`,
    replace: `replace ${what}`,
    remove: `del ${what}`,
  };
}

function neighbourArguments(device: string, text: string): Arguments {
  const what = `proxy ${canonical(text)} dev ${device}`;
  return {
    object: `ip -${text.includes(":") ? 6 : 4} neigh`,
    replace: `replace ${what}`,
    remove: `del ${what}`,
  };
}

const commands = ({ object, replace, remove }: Arguments) => [
  `up ${object} ${replace}`,
  `down ${object} ${remove} || true`,
];

const addressLines = (addresses: readonly string[] = []) =>
  addresses.map((text) => {
    const cidr = parseCidr(text);
    return `address ${cidr ? formatCidr(cidr) : text}`;
  });

const indent = (lines: readonly string[]) => lines.map((line) => `    ${line}`);

const canonical = (text: string) => {
  const address = parseAddress(text);
  return address ? formatAddress(address.family, address.value) : text;
};
