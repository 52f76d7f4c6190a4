import { parseCidr } from "./cidr";
import { declaredIssues } from "./declared";
import { DhcpServer } from "./dhcp";
import { type DhcpOption, DhcpOptionName, type NetworkServices } from "./dnsmasq";
import { SERVICES_SHAPE } from "./dnsmasq-issues";
import { type Issues, issue } from "./issues";
import { poolIssues } from "./networkd-issues";
import type { NetworkdNetwork, NetworkdPool } from "./networkd-network";

/** The DHCP server of systemd-networkd on a bridge that somebody else sets up. */
export const networkdServer = (
  name: string,
  addresses: readonly string[],
  services: NetworkServices,
): NetworkdNetwork => ({
  name,
  addresses: addresses.filter((text) => parseCidr(text)?.family === 4),
  kept: true,
  pool: poolOf(services),
});

/** Every reason why systemd-networkd can not be what serves a network. */
export const networkdServicesIssues = (
  path: string,
  services: NetworkServices,
  addresses: readonly string[],
): Issues =>
  declaredIssues(path, services, SERVICES_SHAPE, (plain) => valueIssues(path, plain, addresses));

function valueIssues(
  path: string,
  services: NetworkServices,
  addresses: readonly string[],
): Issues {
  const { ranges = [], options = [], upstreams = [], advertise } = services;
  const given = options.findIndex(isNameServers);
  const at = (key: string) => {
    if (key === "") return `${path}.ranges[0]`;
    return key.startsWith(".dns[")
      ? `${path}.options[${given}].values${key.slice(".dns".length)}`
      : `${path}${key}`;
  };
  return [
    ...(ranges.length === 1
      ? []
      : issue(`${path}.ranges`, `${ranges.length} with ${DhcpServer.Networkd}`, "one")),
    ...(given < 0
      ? issue(
          `${path}.options`,
          `no ${DhcpOptionName.NameServers} with ${DhcpServer.Networkd}, which answers no DNS queries`,
          "the name servers that clients are to ask",
        )
      : []),
    ...options.flatMap((one, i) =>
      i === given
        ? []
        : issue(
            `${path}.options[${i}]`,
            `"${one.option}" with ${DhcpServer.Networkd}`,
            `${DhcpOptionName.NameServers} once, or ${DhcpServer.Dnsmasq}`,
          ),
    ),
    ...(upstreams.length > 0
      ? issue(
          `${path}.upstreams`,
          `given with ${DhcpServer.Networkd}, which answers no DNS queries`,
          `option ${DhcpOptionName.NameServers} in place of it`,
        )
      : []),
    ...(advertise
      ? issue(`${path}.advertise`, `given with ${DhcpServer.Networkd}`, DhcpServer.Dnsmasq)
      : []),
    ...(ranges.length > 0 ? poolIssues(at, poolOf(services), addresses) : []),
  ];
}

/** What is left of the services, once they have no issues. */
function poolOf({
  ranges,
  reservations,
  leaseTime,
  options,
  domain,
}: NetworkServices): NetworkdPool {
  const [{ from, to } = { from: "", to: "" }] = ranges ?? [];
  const dns = options?.find(isNameServers)?.values;
  return { from, to, leaseTime, dns, domain, reservations };
}

const isNameServers = ({ option }: DhcpOption) => option === DhcpOptionName.NameServers;
