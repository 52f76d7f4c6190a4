import { confirmTimeoutIssues } from "../../../net/durations";
import { parseDecimal } from "../../../net/integer";
import { issue } from "../../../net/issues";
import { metricIssues, mtuIssues, vlanIssues } from "../../../net/link-settings";
import { portIssues, portMappingIssues, portRangeIssues, portTextIssues } from "../../../net/ports";
import type { Row } from "./row";

const PORT = "expected an integer from 1 to 65535";
const shown = (value: unknown) =>
  typeof value === "string" ? JSON.stringify(value) : String(value);
const decimal = (text: string) =>
  parseDecimal(text) === undefined ? issue("port", `got "${text}"`, "a decimal") : [];

export const numbers: readonly Row[] = [
  {
    row: "ports",
    cases: [
      ...[0, 65_536, -1, 1.5, "1e3", "080", "ssh", Number.NaN, true, "22", Infinity, null].map(
        (port) => [portIssues("port", port), `port: got ${shown(port)}; ${PORT}`] as const,
      ),
      [portIssues("port", -0), `port: got -0; ${PORT}`],
      [portIssues("port", 22n), `port: got 22; ${PORT}`],
      [portIssues("port", [22]), `port: got [22]; ${PORT}`],
    ],
  },
  {
    row: "port ranges",
    cases: [
      [
        portRangeIssues("ports", { from: 200, to: 100 }),
        "ports: 200 comes after 100; expected from not above to",
      ],
      [
        portRangeIssues("ports", { from: 80, to: 80 }),
        "ports: got the one port 80 as a range; expected the port alone",
      ],
      [portRangeIssues("ports", { from: 0, to: 80 }), `ports.from: got 0; ${PORT}`],
      ...["200-100", "80-80", "80-", "-80", "80:90", "80-90-100", "080", " 80", "ssh", ""].map(
        (text) =>
          [
            portTextIssues("ports", text),
            `ports: got ${shown(text)}; expected a port such as 443 or a range such as 8000-8010`,
          ] as const,
      ),
      [
        portMappingIssues("targetPorts", { from: 8000, to: 8010 }, { from: 80, to: 85 }),
        "targetPorts: 80-85 holds 6; expected 11 as in 8000-8010",
      ],
    ],
  },
  {
    row: "VLAN, MTU and metric",
    cases: [
      ...[0, 4095, 4096, "10", 1.5].map(
        (tag) =>
          [
            vlanIssues("vlan", tag),
            `vlan: got ${shown(tag)}; expected an integer from 1 to 4094`,
          ] as const,
      ),
      ...[67, 65_536, "1500"].map(
        (mtu) =>
          [
            mtuIssues("mtu", mtu),
            `mtu: got ${shown(mtu)}; expected an integer from 68 to 65535 bytes`,
          ] as const,
      ),
      [
        mtuIssues("mtu", 1279, { ipv6: true }),
        "mtu: got 1279 on a link with IPv6; expected at least 1280 bytes",
      ],
      [
        mtuIssues("mtu", 9000, { parent: { name: "vmbr0", mtu: 1500 } }),
        "mtu: got 9000, more than vmbr0 carries; expected at most 1500 bytes",
      ],
      [metricIssues("metric", -1), "metric: got -1; expected an integer from 0 to 4294967295"],
    ],
  },
  {
    row: "numbers as text",
    cases: [
      "022",
      "+22",
      "22.0",
      "2e1",
      "0x16",
      " 22",
      "22 ",
      "२२",
      "1_000",
      "",
      "-0",
      "9".repeat(17),
    ].map((text) => [decimal(text), `port: got "${text}"; expected a decimal`] as const),
  },
  {
    row: "times to confirm a change",
    cases: [0, 29, 3601, -5, 1e12, "120", "*[[:digit:]]*"].map(
      (time) =>
        [
          confirmTimeoutIssues("confirmTimeout", time),
          `confirmTimeout: got ${shown(time)}; expected an integer from 30 to 3600 seconds`,
        ] as const,
    ),
  },
];
