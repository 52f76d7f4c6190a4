import { formatAddress, parseAddress } from "./cidr";
import { declaredIssues } from "./declared";
import type { TcpProxies, TcpProxy } from "./haproxy";
import { integerIssues } from "./integer";
import { type Issues, issue } from "./issues";
import { nameIssues, sameNameIssues } from "./names";
import { reachableIssues } from "./own-address";
import { NODE_PORTS } from "./policy-services";
import { portIssues } from "./ports";
import type { Shape } from "./shape";
import { earlierTwins } from "./twins";

/** Why haproxy would refuse its proxies, or take a port away from somebody. */
export const haproxyIssues = (path: string, config: TcpProxies): Issues =>
  declaredIssues(path, config, SHAPE, (plain) => configIssues(path, plain));

const SHAPE: Shape = {
  proxies: [
    {
      name: "text",
      address: "text",
      port: "number",
      target: "text",
      "targetPort?": "number",
      "proxyProtocol?": "flag",
    },
  ],
  "maxConnections?": "number",
  "connectTimeout?": "number",
  "idleTimeout?": "number",
};

function configIssues(path: string, config: TcpProxies): Issues {
  const { proxies, maxConnections = 4096, connectTimeout = 5, idleTimeout = 50 } = config;
  const twins = earlierTwins(proxies.map(({ address, port }) => listener(address, port)));
  const seconds = { min: 1, max: 86_400, unit: "seconds" };
  return [
    ...proxies.flatMap((proxy, i) => [
      ...proxyIssues(`${path}.proxies[${i}]`, proxy),
      ...(twins[i] === undefined
        ? []
        : issue(
            `${path}.proxies[${i}].port`,
            `${listener(proxy.address, proxy.port)} is already taken by ${path}.proxies[${twins[i]}]`,
            "a port of its own",
          )),
    ]),
    ...sameNameIssues(proxies.map(({ name }, i) => ({ path: `${path}.proxies[${i}].name`, name }))),
    ...integerIssues(`${path}.maxConnections`, maxConnections, { min: 1, max: 1_000_000 }),
    ...integerIssues(`${path}.connectTimeout`, connectTimeout, seconds),
    ...integerIssues(`${path}.idleTimeout`, idleTimeout, seconds),
  ];
}

function proxyIssues(path: string, proxy: TcpProxy): Issues {
  const { name, address, port, target, targetPort = port } = proxy;
  return [
    ...nameIssues(`${path}.name`, name),
    ...reachableIssues(`${path}.address`, address),
    ...portIssues(`${path}.port`, port),
    ...reachableIssues(`${path}.target`, target),
    ...(proxy.targetPort === undefined ? [] : portIssues(`${path}.targetPort`, targetPort)),
    ...(isManagement(port)
      ? issue(`${path}.port`, `would capture management port ${port}`, "another port")
      : []),
    ...(listener(target, targetPort) === listener(address, port)
      ? issue(`${path}.target`, "the proxy itself", "the address of another machine")
      : []),
  ];
}

const listener = (text: string, port: number) => {
  const address = parseAddress(text);
  return `${address ? formatAddress(address.family, address.value) : text} port ${port}`;
};

const isManagement = (port: number) =>
  NODE_PORTS.some(
    ({ protocol, ports = [] }) =>
      protocol === "tcp" && ports.some(({ from, to }) => from <= port && port <= to),
  );
