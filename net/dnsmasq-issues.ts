import { addressIssues } from "./address-issues";
import { type Cidr, parseCidr } from "./cidr";
import { declaredIssues } from "./declared";
import { dhcpRangeIssues, RESERVATION_SHAPE, reservationIssues } from "./dhcp-issues";
import { dnsNameIssues } from "./dns-name";
import { type DhcpOption, DhcpOptionName, type DnsmasqServer } from "./dnsmasq";
import { integerIssues, parseDecimal } from "./integer";
import { got, type Issues, issue, quote } from "./issues";
import { mtuIssues } from "./link-settings";
import { interfaceNameIssues, nameIssues } from "./names";
import {
  advertiseIssues,
  ownAddressIssues,
  ownIssues,
  present,
  reachableIssues,
} from "./own-address";
import type { Fields } from "./shape";

/**
 * Why a dnsmasq would refuse its configuration, or take it for something else.
 *
 * Its own `--test` lets most of this pass: reversed ranges, its own address as upstream, two hosts
 * with one reservation, a domain that ends one field and starts another.
 */
export const dnsmasqIssues = (path: string, server: DnsmasqServer): Issues =>
  declaredIssues(path, server, SHAPE, (plain) => serverIssues(path, plain));

/** What the services of a network are made of, for data that no compiler has seen. */
export const SERVICES_SHAPE: Fields = {
  "server?": "text",
  "ranges?": [{ from: "text", to: "text" }],
  "reservations?": [RESERVATION_SHAPE],
  "leaseTime?": "number",
  "options?": [{ option: "text", values: ["text"] }],
  "domain?": "text",
  "upstreams?": ["text"],
  "advertise?": "flag",
  "apart?": "flag",
};

const SHAPE: Fields = {
  name: "text",
  interfaces: ["text"],
  addresses: ["text"],
  ...SERVICES_SHAPE,
};

/** Words that mean something else where a host's name would stand (dnsmasq(8), dhcp-host). */
const NO_NAME = /^(ignore|infinite|\d+[smhdw])$/;

function serverIssues(path: string, server: DnsmasqServer): Issues {
  const { interfaces, addresses, ranges = [], reservations = [], leaseTime = 3600 } = server;
  const { options = [], upstreams = [], domain, advertise } = server;
  const own = present(addresses.map(parseCidr));
  return [
    ...nameIssues(`${path}.name`, server.name),
    ...(interfaces.length === 0
      ? issue(`${path}.interfaces`, "empty", "at least one, or it would listen on all of them")
      : []),
    ...interfaces.flatMap((name, i) => [
      ...interfaceNameIssues(`${path}.interfaces[${i}]`, name),
      ...(interfaces.indexOf(name) < i
        ? issue(`${path}.interfaces[${i}]`, `${quote(name)} is declared twice`, "it once")
        : []),
    ]),
    ...(addresses.length === 0
      ? issue(`${path}.addresses`, "empty", "the server's own address with its prefix")
      : []),
    ...ownAddressIssues(`${path}.addresses`, addresses),
    ...dhcpRangeIssues((i) => `${path}.ranges[${i}]`, ranges, own),
    ...reservationIssues(`${path}.reservations`, reservations, own),
    ...reservations.flatMap(({ name = "" }, i) =>
      NO_NAME.test(name)
        ? issue(
            `${path}.reservations[${i}].name`,
            `dnsmasq takes ${quote(name)} for ${name === "ignore" ? "an order" : "a lease time"}`,
            "another name",
          )
        : [],
    ),
    // A shorter time is silently taken for two minutes.
    ...integerIssues(`${path}.leaseTime`, leaseTime, {
      min: 120,
      max: 31_536_000,
      unit: "seconds",
    }),
    ...options.flatMap((one, i) => optionIssues(`${path}.options[${i}]`, one, options.slice(0, i))),
    ...(domain === undefined ? [] : dnsNameIssues(`${path}.domain`, domain)),
    ...upstreams.flatMap((text, i) => upstreamIssues(`${path}.upstreams[${i}]`, text, own)),
    ...(advertise ? advertiseIssues(path, addresses) : []),
  ];
}

function upstreamIssues(path: string, text: string, own: readonly Cidr[]): Issues {
  const loop = ownIssues(path, text, own, "another server, or it would ask itself");
  if (loop.length > 0) return loop;
  // A resolver of the same machine, such as 127.0.0.53, is as good as another.
  return text.startsWith("127.") ? addressIssues(path, text) : reachableIssues(path, text);
}

function optionIssues(path: string, one: DhcpOption, before: readonly DhcpOption[]): Issues {
  const { option, values } = one;
  const known = Object.values(DhcpOptionName);
  if (!known.includes(option)) {
    return issue(`${path}.option`, `unknown option ${quote(option)}`, known.join(", "));
  }
  const family = (text: string) => (text.includes(":") ? 6 : 4);
  const twin = before.findIndex(
    (other) => other.option === option && family(other.values[0] ?? "") === family(values[0] ?? ""),
  );
  return [
    ...(values.length === 0 ? issue(`${path}.values`, "empty", "at least one value") : []),
    ...values.flatMap((text, i) => valueIssues(`${path}.values[${i}]`, option, text)),
    ...(new Set(values.map(family)).size > 1
      ? issue(`${path}.values`, "addresses of both families", "one option for each")
      : []),
    ...(option === DhcpOptionName.Mtu && values.length > 1
      ? issue(`${path}.values`, `got ${values.length} values`, "one number of bytes")
      : []),
    ...(twin >= 0 ? issue(`${path}.option`, `${quote(option)} is declared twice`, "it once") : []),
  ];
}

function valueIssues(path: string, option: DhcpOptionName, text: string): Issues {
  switch (option) {
    case DhcpOptionName.SearchDomains:
      return dnsNameIssues(path, text);
    case DhcpOptionName.Mtu: {
      const bytes = parseDecimal(text);
      return bytes === undefined
        ? issue(path, got(text), "a number of bytes")
        : mtuIssues(path, bytes);
    }
    case DhcpOptionName.Router:
      return addressIssues(path, text, { family: 4 });
    case DhcpOptionName.NameServers:
    case DhcpOptionName.TimeServers:
      return addressIssues(path, text);
  }
}
