import type * as pulumi from "@pulumi/pulumi";
import { Ipv6Mode, Ipv6Probe, type ProxmoxNodeArgs, type TcpProxies } from "../components";
import { type Cidr, contains, formatCidr, networkOf, parseAddress, parseCidr } from "../net/cidr";
import { PROBE_TARGETS, ipv6ProbeIssues } from "../net/ipv6-probe-issues";
import { type Issues, issue } from "../net/issues";
import { proxyIssues } from "../net/policy-proxies";
import { inKeys } from "./config-keys";
import type { HostConfig } from "./host-config";
import { policy } from "./host-network";

/** How guests take part in IPv6, and why so. */
export interface Ipv6Choice {
  readonly mode: pulumi.Input<Ipv6Mode>;
  readonly reason: pulumi.Input<string>;
}

/** What the configuration says, or what fits the provider. */
export function chooseIpv6(config: HostConfig, node: ProxmoxNodeArgs): Ipv6Choice {
  const { mode, targets, again } = config.ipv6;
  if (mode !== "auto") return { mode, reason: "as configured" };
  const question = questionOf(config);
  if (!question) throw new Error("there is no network to ask the provider about");
  return new Ipv6Probe("ipv6", { node, ...question, targets, again });
}

/** The TCP proxies that run in a mode. */
export function tcpProxies({ uplinks, proxies }: HostConfig, mode: Ipv6Mode): TcpProxies {
  const own = uplinks.flatMap(({ addresses }) => addresses).find((text) => text.includes(":"));
  const address = own?.split("/")[0] ?? "";
  return {
    proxies:
      mode === Ipv6Mode.TcpProxy
        ? proxies.map(({ address: target, ...proxy }) => ({ ...proxy, address, target }))
        : [],
  };
}

/** Why guests can not take part in IPv6 as declared, by the keys. */
export function ipv6Issues(project: string, config: HostConfig): Issues {
  const { uplinks, ipv6, proxies } = config;
  const key = `${project}:ipv6`;
  const question = questionOf(config);
  const running = [Ipv6Mode.TcpProxy, "auto"].includes(ipv6.mode);
  const own = uplinks.some(({ addresses }) => addresses.some((text) => text.includes(":")));
  return [
    ...(ipv6.mode === "auto" && !question
      ? issue(`${key}.mode`, "auto, but no network has public IPv6 addresses", "one, or a mode")
      : []),
    ...(question
      ? inKeys(
          ipv6ProbeIssues({ ...question, targets: ipv6.targets ?? PROBE_TARGETS }),
          new Map([["targets", `${key}.targets`]]),
        )
      : []),
    ...(proxies.length > 0 && !running
      ? issue(`${project}:proxies`, `none runs with ${key}.mode ${ipv6.mode}`, "auto or tcp-proxy")
      : []),
    ...(proxies.length > 0 && !own
      ? issue(`${project}:proxies`, "no uplink has an IPv6 address", "one to listen on")
      : []),
    ...(own
      ? inKeys(
          proxyIssues(
            "proxy",
            tcpProxies(config, Ipv6Mode.TcpProxy),
            policy(config, Ipv6Mode.TcpProxy),
          ),
          new Map([
            ...proxies.map((_, i): [string, string] => [
              `proxy.proxies[${i}].target`,
              `${project}:proxies[${i}].address`,
            ]),
            ["proxy.", `${project}:`],
          ]),
        )
      : []),
  ];
}

/** The network whose addresses guests have or borrow, and the uplink that they would come in by. */
function questionOf({ uplinks, networks }: HostConfig) {
  const borrowed = networks.flatMap(({ guests }) => guests.flatMap(({ routed }) => routed));
  const outside = uplinks.flatMap(({ name, addresses }) =>
    addresses.flatMap(cidr6).map((cidr) => ({ uplink: name, cidr })),
  );
  const own = networks.flatMap(({ addresses }) => addresses.flatMap(cidr6)).find(isPublic);
  const lender = outside.find(({ cidr }) => borrowed.some((text) => holds(cidr, text)));
  const asked = own ?? lender?.cidr;
  const whole = outside.find(({ cidr }) => asked && contains(cidr, 6, asked.address));
  const uplink = (whole ?? outside[0])?.uplink ?? uplinks[0]?.name;
  return asked && uplink !== undefined
    ? { uplink, network: formatCidr(networkOf(asked)) }
    : undefined;
}

const cidr6 = (text: string) => {
  const cidr = parseCidr(text);
  return cidr?.family === 6 ? [cidr] : [];
};

// Unique local addresses, fc00::/7, are routed by nobody.
const isPublic = ({ address }: Cidr) => address >> 121n !== 0x7en;

const holds = (cidr: Cidr, text: string) => {
  const address = parseAddress(text);
  return address !== undefined && contains(cidr, address.family, address.value);
};
