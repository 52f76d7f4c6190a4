import { formatAddress, parseAddress } from "./cidr";
import type { TcpProxies, TcpProxy } from "./haproxy";
import { haproxyIssues } from "./haproxy-issues";
import { type Issues, issue, quote } from "./issues";
import { type FirewallPolicy, Protocol, ROUTER } from "./policy";
import { wire } from "./policy-resolve";

/** The policy that lets connections to proxies of the machine in, from every zone. */
export function openProxies(policy: FirewallPolicy, { proxies }: TcpProxies): FirewallPolicy {
  const addresses = [...new Set(proxies.map(({ address }) => canonical(address)))];
  const opened = addresses.flatMap((address) =>
    policy.zones.map(({ name }) => ({
      from: name,
      to: ROUTER,
      protocol: Protocol.Tcp,
      ports: proxies.filter((one) => canonical(one.address) === address).map(({ port }) => port),
      destinations: [address],
    })),
  );
  return { ...policy, flows: [...policy.flows, ...opened] };
}

/** Every reason why proxies can not run, or would never be reached, beside a policy's forwards. */
export function proxyIssues(path: string, config: TcpProxies, policy: FirewallPolicy): Issues {
  const own = haproxyIssues(path, config);
  // Where a port is none, nothing can be said about whose it is.
  if (own.length > 0) return own;
  return config.proxies.flatMap((proxy, i) => [
    ...(policy.management.ports?.includes(proxy.port)
      ? issue(
          `${path}.proxies[${i}].port`,
          `would capture management port ${proxy.port}`,
          "another port",
        )
      : []),
    ...forwardedIssues(`${path}.proxies[${i}].port`, proxy, policy),
  ]);
}

/** A forward takes what arrives before any program on the machine hears of it. */
function forwardedIssues(
  path: string,
  { address, port }: TcpProxy,
  { forwards = [] }: FirewallPolicy,
): Issues {
  const family = parseAddress(address)?.family;
  const taken = forwards.find(
    (forward) =>
      wire(forward.protocol).includes("tcp") &&
      forward.port <= port &&
      port <= (forward.lastPort ?? forward.port) &&
      (forward.externalAddresses?.some((one) => canonical(one) === canonical(address)) ??
        parseAddress(forward.address)?.family === family),
  );
  return taken
    ? issue(
        path,
        `tcp ${port} on ${canonical(address)} is already forwarded by ${quote(taken.name)}`,
        "a port of its own",
      )
    : [];
}

const canonical = (text: string) => {
  const address = parseAddress(text);
  return address ? formatAddress(address.family, address.value) : text;
};
