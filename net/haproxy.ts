import { formatAddress, parseAddress } from "./cidr";
import { HEADER } from "./config-file";

/** A TCP port of this machine, answered by another one, in whichever family either has. */
export interface TcpProxy {
  /** Name for messages, logs and statistics. */
  name: string;
  /** Address of this machine, IPv4 or IPv6. */
  address: string;
  /** Port on it. */
  port: number;
  /** Address of the machine that answers. */
  target: string;
  /**
   * Port on that machine.
   * @default the same as `port`
   */
  targetPort?: number;
  /**
   * Whether the target is told the client's address by the PROXY protocol, version 2, which it has
   * to understand.
   * @default false
   */
  proxyProtocol?: boolean;
}

/** The TCP proxies of a machine. */
export interface TcpProxies {
  /** All proxies. */
  proxies: TcpProxy[];
  /**
   * Most connections at a time.
   * @default 4096
   */
  maxConnections?: number;
  /**
   * Seconds that a target has to answer.
   * @default 5
   */
  connectTimeout?: number;
  /**
   * Seconds without traffic after which a connection is closed.
   * @default 50
   */
  idleTimeout?: number;
}

/** Render the configuration of a haproxy of its own (haproxy.cfg, 2.4 and later). */
export function renderHaproxy(config: TcpProxies): string {
  const { proxies, maxConnections = 4096, connectTimeout = 5, idleTimeout = 50 } = config;
  const sections = [
    [HEADER],
    [
      "global",
      "user haproxy",
      "group haproxy",
      `maxconn ${maxConnections}`,
      "log stderr format short daemon",
    ],
    [
      "defaults",
      "mode tcp",
      "log global",
      "option tcplog",
      "option dontlognull",
      `timeout connect ${connectTimeout}s`,
      `timeout client ${idleTimeout}s`,
      `timeout server ${idleTimeout}s`,
    ],
    ...proxies.flatMap(proxySections),
  ];
  return sections
    .map(([head = "", ...lines]) => [head, ...lines.map((line) => `    ${line}`), ""].join("\n"))
    .join("\n");
}

function proxySections(proxy: TcpProxy): string[][] {
  const { name, address, port, target, targetPort = port, proxyProtocol } = proxy;
  const server = `server ${name} ${endpoint(target, targetPort)}`;
  return [
    [`frontend ${name}`, `bind ${endpoint(address, port)}`, `default_backend ${name}`],
    [`backend ${name}`, proxyProtocol ? `${server} send-proxy-v2` : server],
  ];
}

const endpoint = (text: string, port: number) => {
  const address = parseAddress(text);
  const canonical = address ? formatAddress(address.family, address.value) : text;
  return canonical.includes(":") ? `[${canonical}]:${port}` : `${canonical}:${port}`;
};
