import { BRIDGE_SHAPE, bridgeValueIssues } from "./bridge";
import { parseCidr } from "./cidr";
import { declaredIssues } from "./declared";
import type { InterfacesBridge } from "./interfaces-d";
import { type Issues, issue, quote } from "./issues";
import { mtuIssues } from "./link-settings";
import { interfaceNameIssues } from "./names";
import { ownAddressIssues, present, proxyNeighbourIssues } from "./own-address";
import { ROUTE_SHAPE, routeIssues } from "./route";
import type { Shape } from "./shape";

/** Interfaces that Proxmox puts on a bridge itself when a guest starts. */
const GUEST_PORT = /^(tap|veth|fwpr|fwln)\d/;

/** Why ifupdown2 would refuse a bridge, or make another one. */
export const interfacesBridgeIssues = (path: string, bridge: InterfacesBridge): Issues =>
  declaredIssues(path, bridge, SHAPE, (plain) => valueIssues(path, plain));

const SHAPE: Shape = {
  ...BRIDGE_SHAPE,
  "addresses?": ["text"],
  "ports?": ["text"],
  "routes?": [ROUTE_SHAPE],
  "proxyNeighbours?": ["text"],
};

function valueIssues(path: string, bridge: InterfacesBridge): Issues {
  const { addresses = [], ports = [], routes = [], proxyNeighbours = [], mtu } = bridge;
  const own = present(addresses.map(parseCidr));
  const ipv6 = own.some(({ family }) => family === 6);
  return [
    ...bridgeValueIssues(path, bridge),
    ...(mtu !== undefined && ipv6 && mtu >= 68 ? mtuIssues(`${path}.mtu`, mtu, { ipv6 }) : []),
    ...ownAddressIssues(`${path}.addresses`, addresses),
    ...ports.flatMap((port, i) => [
      ...portIssues(`${path}.ports[${i}]`, port, bridge),
      ...(ports.indexOf(port) < i
        ? issue(`${path}.ports[${i}]`, `${quote(port)} is declared twice`, "it once")
        : []),
    ]),
    ...routeIssues(`${path}.routes`, routes, own),
    ...proxyNeighbourIssues(`${path}.proxyNeighbours`, proxyNeighbours, own),
  ];
}

function portIssues(path: string, port: string, { name }: InterfacesBridge): Issues {
  const issues = interfaceNameIssues(path, port);
  if (issues.length > 0) return issues;
  if (port === name) return issue(path, `${quote(port)} is the bridge itself`, "another interface");
  return GUEST_PORT.test(port)
    ? issue(path, `${quote(port)} belongs to a guest`, "no port that Proxmox attaches itself")
    : [];
}
