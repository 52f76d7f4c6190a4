import fc from "fast-check";
import { type Bridge, bridgeIssues } from "../../net/bridge";
import { renderDnsmasq } from "../../net/dnsmasq";
import { dnsmasqIssues } from "../../net/dnsmasq-issues";
import { renderHaproxy } from "../../net/haproxy";
import { haproxyIssues } from "../../net/haproxy-issues";
import { type InterfacesBridge, renderInterfacesBridge } from "../../net/interfaces-d";
import { interfacesBridgeIssues } from "../../net/interfaces-d-issues";
import type { Issues } from "../../net/issues";
import { type Link, linkIssues, renderLink } from "../../net/link";
import { moduleIssues, renderModulesLoad } from "../../net/modules-load";
import { renderBridgeNetdev } from "../../net/netdev";
import { networkdIssues } from "../../net/networkd-issues";
import { type NetworkdNetwork, renderNetwork } from "../../net/networkd-network";
import { renderSysctl } from "../../net/sysctl";
import { sysctlIssues } from "../../net/sysctl-issues";
import { renderService, type SystemdService } from "../../net/systemd-unit";
import { serviceIssues } from "../../net/systemd-unit-issues";
import { goldenCases } from "./golden-files";

interface Kind {
  readonly issues: (path: string, value: never) => Issues;
  readonly render: (value: never) => string;
  /** What every line of it looks like, whatever the values are. */
  readonly line: RegExp;
}

const VALUE = "[\\w.:/,[\\]-]+";
const INI = new RegExp(`^(|\\[\\w+\\]|\\w+=${VALUE})$`);
const COMMENT = "# [\\w :,.;-]+";

const kinds: Record<string, Kind> = {
  dnsmasq: {
    issues: dnsmasqIssues,
    render: renderDnsmasq,
    line: new RegExp(`^(|${COMMENT}|[a-z-]+(=${VALUE})?)$`),
  },
  haproxy: {
    issues: haproxyIssues,
    render: renderHaproxy,
    line: new RegExp(`^(|${COMMENT}| *([a-z][\\w-]*)( ${VALUE})*)$`),
  },
  "interfaces-d": {
    issues: interfacesBridgeIssues,
    render: (bridge: InterfacesBridge) => renderInterfacesBridge(bridge).text,
    line: new RegExp(
      `^(|${COMMENT}|auto ${VALUE}|iface ${VALUE} inet6? \\w+| {4}bridge-ports-condone-regex .*| {4}[a-z-]+( ${VALUE})+( \\|\\| true)?)$`,
    ),
  },
  link: {
    issues: (path, link: Link) => linkIssues(path, [link]),
    render: (link: Link) => renderLink(link).text,
    line: INI,
  },
  netdev: {
    issues: bridgeIssues,
    render: (bridge: Bridge) => renderBridgeNetdev(bridge).text,
    line: INI,
  },
  network: {
    issues: networkdIssues,
    render: (network: NetworkdNetwork) => renderNetwork(network).text,
    line: INI,
  },
  sysctl: {
    issues: sysctlIssues,
    render: renderSysctl,
    line: new RegExp(`^(|${COMMENT}|net\\.[\\w./-]+ = \\d+)$`),
  },
  "modules-load": {
    issues: moduleIssues,
    render: renderModulesLoad,
    line: new RegExp(`^(|${COMMENT}|\\w+)$`),
  },
  "systemd-unit": {
    issues: serviceIssues,
    // Descriptions and arguments are free text: only the lines' beginnings are fixed.
    render: (service: SystemdService) => renderService(service),
    line: /^(|\[(Unit|Service|Install)\]|[A-Z][A-Za-z]+=[\x20-\x7e]*)$/,
  },
};

const hostile = fc.oneof(
  fc.constantFrom(
    ...["", " ", "\n", "a\nb=c", "$(touch canary)", "`id`", "a;b", "a,b", "#", "%h", "../..", "\0"],
    ...["\u202e", "\ufeff", "\ud800", "é", "_", "-oProxyCommand=x", "all", "*", "::1", "0.0.0.0"],
    ...["10.0.0.1", "10.0.0.1/24", "fd00::1", "fd00::1/64", "fe80::1%a", "010.0.0.1", "1e3", "a%d"],
    ...["02:00:00:00:00:01", "__proto__", "static", "infinite", "tag:x", "x".repeat(70_000)],
  ),
  fc.constantFrom<unknown>(
    ...[null, undefined, true, false, Number.NaN, -1, 0, -0, 1.5, 1e21, 2 ** 31, 5n, Symbol("s")],
    ...[{}, [], [[]], () => 1, new Date(0), JSON.parse('{"__proto__": {"stp": true}}') as unknown],
  ),
  fc.constant(0).map(() => {
    const cycle: Record<string, unknown> = {};
    cycle.name = cycle;
    return cycle;
  }),
  fc.constant(0).map(
    (): unknown =>
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error("hostile");
          },
        },
      ),
  ),
  fc.string({ unit: "binary" }),
  fc.double(),
);

/** One of a value's places, and what stands there. */
function places(value: unknown, at: readonly string[] = []): (readonly string[])[] {
  const below =
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, one]) => places(one, [...at, key]))
      : [];
  return [at, ...below];
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = (
    Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }
  ) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

const cases = Object.entries(kinds).flatMap(([kind, one]) =>
  goldenCases<never>(kind).map(({ name, input }) => ({ ...one, title: `${kind}/${name}`, input })),
);

test.each(cases)("$title with any one value exchanged is refused by path, or harmless", (one) => {
  fc.assert(
    fc.property(fc.constantFrom(...places(one.input)), hostile, (place, value) => {
      const declared = replaced(one.input, place, value) as never;
      const issues = one.issues("it", declared);

      for (const issue of issues) expect(issue).toMatch(/^it[\x20-\x7e…]*: .*; expected /);
      if (issues.length > 0) return;
      expect(
        one
          .render(declared)
          .split("\n")
          .filter((line) => !one.line.test(line)),
      ).toEqual([]);
    }),
    { numRuns: 400 },
  );
});
