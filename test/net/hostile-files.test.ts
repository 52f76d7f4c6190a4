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
import { renderBridgeNetdev } from "../../net/netdev";
import { networkdIssues } from "../../net/networkd-issues";
import { type NetworkdNetwork, renderNetwork } from "../../net/networkd-network";
import { renderSysctl } from "../../net/sysctl";
import { sysctlIssues } from "../../net/sysctl-issues";
import { renderService, type SystemdService } from "../../net/systemd-unit";
import { serviceIssues } from "../../net/systemd-unit-issues";
import { goldenCases } from "./golden-files";
import { hostile, places, replaced } from "./hostile";

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
  "systemd-unit": {
    issues: serviceIssues,
    // Descriptions and arguments are free text: only the lines' beginnings are fixed.
    render: (service: SystemdService) => renderService(service),
    line: /^(|\[(Unit|Service|Install)\]|[A-Z][A-Za-z]+=[\x20-\x7e]*)$/,
  },
};

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
