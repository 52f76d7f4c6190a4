import { parseAddress } from "./cidr";
import { type Issues, quote } from "./issues";
import {
  type FirewallFlow,
  type FirewallForward,
  type FirewallPolicy,
  Protocol,
  ROUTER,
} from "./policy";

const NAME = /^[a-z][a-z0-9-]{0,11}$/;
const INTERFACE = /^[a-z][a-z0-9._-]{0,14}$/;
const RESERVED = [ROUTER, "all", "default", "lo"];

/** Every reason why a policy can not be rendered, or would shut the administrator out. */
export function policyIssues(policy: FirewallPolicy): Issues {
  const { zones, flows, masquerade = [], forwards = [], block = [], management } = policy;
  const names = zones.map((zone) => zone.name);
  const known = new Set(names);

  const zone = (path: string, name: string, allowed = names) =>
    allowed.includes(name)
      ? []
      : [`${path}: unknown zone ${quote(name)}; expected ${[...allowed].sort().join(", ")}`];

  return [
    ...zoneIssues(policy),
    ...managementIssues(management),
    ...flows.flatMap((flow, i) => [
      ...zone(`flows[${i}].from`, flow.from),
      ...zone(`flows[${i}].to`, flow.to, [ROUTER, ...names]),
      ...flowIssues(`flows[${i}]`, flow),
    ]),
    ...masquerade.flatMap((name, i) => zone(`masquerade[${i}]`, name)),
    ...block.flatMap((name, i) => zone(`block[${i}]`, name)),
    ...forwards.flatMap((forward, i) => [
      ...zone(`forwards[${i}].from`, forward.from),
      ...forwardIssues(`forwards[${i}]`, forward),
    ]),
    ...forwardClashes(forwards, policy, known),
  ];
}

function zoneIssues({ zones }: FirewallPolicy): Issues {
  const owners = new Map<string, string>();
  return zones.flatMap(({ name, interfaces }, i) => [
    ...(NAME.test(name) ? [] : [`zones[${i}].name: got ${quote(name)}; expected ${NAME.source}`]),
    ...(RESERVED.includes(name)
      ? [`zones[${i}].name: ${quote(name)} is reserved; expected another name`]
      : []),
    ...(zones.findIndex((other) => other.name === name) < i
      ? [`zones[${i}].name: ${quote(name)} is declared twice; expected one zone of that name`]
      : []),
    ...(interfaces.length === 0
      ? [`zones[${i}].interfaces: empty; expected at least one interface name`]
      : []),
    ...interfaces.flatMap((device, j) => {
      const path = `zones[${i}].interfaces[${j}]`;
      const owner = owners.get(device);
      owners.set(device, name);
      if (!INTERFACE.test(device) || RESERVED.includes(device)) {
        return [`${path}: got ${quote(device)}; expected an interface name, ${INTERFACE.source}`];
      }
      return owner === undefined
        ? []
        : [`${path}: ${quote(device)} is already in zone ${quote(owner)}; expected one zone`];
    }),
  ]);
}

const managementIssues = ({
  interface: device,
  ports = [22],
}: FirewallPolicy["management"]): Issues => [
  ...(INTERFACE.test(device)
    ? []
    : [`management.interface: got ${quote(device)}; expected an interface name`]),
  ...(ports.length === 0
    ? ["management.ports: empty; expected at least one port, or nobody could get in"]
    : portIssues("management.ports", ports)),
];

const portIssues = (path: string, ports: readonly number[]): Issues =>
  ports.flatMap((port, i) => onePort(`${path}[${i}]`, port));

const onePort = (path: string, port: unknown): Issues =>
  typeof port === "number" && Number.isInteger(port) && port >= 1 && port <= 65535
    ? []
    : [`${path}: got ${quote(port)}; expected an integer from 1 to 65535`];

function flowIssues(path: string, { protocol, ports, rate }: FirewallFlow): Issues {
  const protocols = Object.values(Protocol);
  return [
    ...(protocol === undefined || protocols.includes(protocol)
      ? []
      : [`${path}.protocol: got ${quote(protocol)}; expected ${protocols.join(", ")}`]),
    ...(ports && protocol !== "tcp" && protocol !== "udp"
      ? [`${path}.ports: given without tcp or udp; expected protocol tcp or udp beside them`]
      : []),
    ...(ports?.length === 0 ? [`${path}.ports: empty; expected at least one port`] : []),
    ...portIssues(`${path}.ports`, ports ?? []),
    ...(rate === undefined || (Number.isInteger(rate) && rate >= 1 && rate <= 1_000_000)
      ? []
      : [`${path}.rate: got ${quote(rate)}; expected 1 to 1000000 packets a second`]),
  ];
}

function forwardIssues(path: string, forward: FirewallForward): Issues {
  const { name, protocol, port, address, targetPort = port } = forward;
  return [
    ...(NAME.test(name) ? [] : [`${path}.name: got ${quote(name)}; expected ${NAME.source}`]),
    ...(protocol === "tcp" || protocol === "udp"
      ? []
      : [`${path}.protocol: got ${quote(protocol)}; expected tcp or udp`]),
    ...onePort(`${path}.port`, port),
    ...onePort(`${path}.targetPort`, targetPort),
    ...(parseAddress(address)?.family === 4
      ? []
      : [`${path}.address: got ${quote(address)}; expected an IPv4 address such as 192.168.1.20`]),
  ];
}

function forwardClashes(
  forwards: readonly FirewallForward[],
  { zones, management }: FirewallPolicy,
  known: ReadonlySet<string>,
): Issues {
  const managed = zones.find((zone) => zone.interfaces.includes(management.interface))?.name;
  const first = new Map<string, FirewallForward>();
  return forwards.flatMap((forward, i) => {
    if (!known.has(forward.from)) return [];
    const key = `${forward.from} ${forward.protocol} ${forward.port}`;
    const other = first.get(key);
    if (!other) first.set(key, forward);
    return [
      ...(other
        ? [
            `forwards[${i}].port: ${forward.protocol} ${forward.port} from ${forward.from} is already forwarded by ${quote(other.name)}; expected a port of its own`,
          ]
        : []),
      ...(forward.from === managed &&
      forward.protocol === "tcp" &&
      (management.ports ?? [22]).includes(forward.port)
        ? [
            `forwards[${i}].port: would capture management port ${forward.port} on ${management.interface}; expected another port`,
          ]
        : []),
    ];
  });
}
