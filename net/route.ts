import { addressIssues } from "./address-issues";
import { contains, formatCidr, networkOf, parseAddress, parseCidr, type Cidr } from "./cidr";
import { got, type Issues, issue, quote } from "./issues";
import { metricIssues } from "./link-settings";
import type { Fields } from "./shape";
import { earlierTwins } from "./twins";

/** A way to a network, over one interface. */
export interface Route {
  /** Network with its prefix; `/32` or `/128` for a single host, `/0` for everything else. */
  destination: string;
  /**
   * Router on the way.
   * @default none: the destination is on the link itself
   */
  gateway?: string;
  /**
   * Whether the gateway is reached over this link although no address of ours is in its network.
   * @default false
   */
  onLink?: boolean;
  /**
   * Which of several ways is taken: the least.
   * @default the kernel's
   */
  metric?: number;
}

/** What a route is made of, for data that no compiler has seen. */
export const ROUTE_SHAPE: Fields = {
  destination: "text",
  "gateway?": "text",
  "onLink?": "flag",
  "metric?": "number",
};

/** Why routes over an interface with the given addresses would be refused, or lead nowhere. */
export function routeIssues(path: string, routes: readonly Route[], own: readonly Cidr[]): Issues {
  const twins = earlierTwins(routes.map(routeKey));
  return routes.flatMap((route, i) => {
    const at = `${path}[${i}]`;
    return [
      ...destinationIssues(`${at}.destination`, route.destination),
      ...gatewayIssues(`${at}.gateway`, route, own),
      ...(route.metric === undefined ? [] : metricIssues(`${at}.metric`, route.metric)),
      ...(twins[i] === undefined
        ? []
        : issue(
            at,
            `${quote(route.destination)} is already ${path}[${twins[i]}]`,
            "one way, or metrics apart",
          )),
    ];
  });
}

function destinationIssues(path: string, text: string): Issues {
  const cidr = parseCidr(text);
  if (!cidr) return issue(path, got(text), "a network with its prefix such as 10.20.0.0/16");
  const network = networkOf(cidr);
  return network.address === cidr.address
    ? []
    : issue(path, `${got(text)}, with host bits set`, formatCidr(network));
}

function gatewayIssues(
  path: string,
  { destination, gateway, onLink }: Route,
  own: readonly Cidr[],
) {
  if (gateway === undefined) {
    return onLink ? issue(path, "missing beside onLink", "the address of a router") : [];
  }
  const address = parseAddress(gateway);
  const issues = addressIssues(path, gateway, { family: parseCidr(destination)?.family });
  if (issues.length > 0 || !address) return issues;
  if (own.some((cidr) => cidr.family === address.family && cidr.address === address.value)) {
    return issue(path, `${quote(gateway)} is our own address`, "another router");
  }
  // Link-local routers are on every link.
  const near = onLink || /^fe[89ab]/i.test(gateway);
  return near || own.some((cidr) => contains(cidr, address.family, address.value))
    ? []
    : issue(path, `${quote(gateway)} is in no network of this interface`, "one that is, or onLink");
}

const routeKey = ({ destination, metric }: Route) => {
  const cidr = parseCidr(destination);
  return `${cidr ? formatCidr(networkOf(cidr)) : destination} ${metric ?? ""}`;
};
