import { dnsNameIssues, hostLabelIssues, sshHostIssues } from "../../../net/dns-name";
import { interfaceNameIssues, nameIssues, sameNameIssues, vlanInterface } from "../../../net/names";
import { descriptionIssues, textIssues } from "../../../net/text";
import type { Row } from "./row";

const PATTERN = "expected ^[a-z][a-z0-9-]{0,11}$";
const DNS = "expected a DNS name in lower case such as web.example.net";
const SSH = "expected an IP address or a DNS name, without user, port or options";

const printed = (name: string) => JSON.stringify(name);
const hidden = ["\t", "\n", "\r", "\0", "\u001b", "\u0085", "\u2028", "\ufeff", "\u202e", "\ud800"];
const codePoint = (char: string) => (char.codePointAt(0) ?? 0).toString(16);
const escaped = (char: string) =>
  /[\x80-\uffff]/.test(char) && !/[\ud800-\udfff]/.test(char)
    ? `\\u{${codePoint(char)}}`
    : JSON.stringify(char).slice(1, -1);

export const names: readonly Row[] = [
  {
    row: "names with shell and other metacharacters",
    cases: ["$(id)", "`id`", ";", "&", "|", ">", "*", "~", "#", "'", "a b", "-x", "", "a.b", "a_b"]
      .map((name) => [nameIssues("name", name), `name: got ${printed(name)}; ${PATTERN}`] as const)
      .concat([
        [nameIssues("name", 'a"b'), `name: got "a\\"b"; ${PATTERN}`],
        [nameIssues("name", "a\\b"), `name: got "a\\\\b"; ${PATTERN}`],
        [nameIssues("name", 5), `name: got 5; ${PATTERN}`],
        [nameIssues("name", undefined), `name: got undefined; ${PATTERN}`],
      ]),
  },
  {
    row: "control characters, line separators, BOM, bidi overrides, lone surrogates",
    cases: hidden.flatMap((char) => {
      const fact = `got "a${escaped(char)}b", which holds the unprintable character U+${codePoint(char).toUpperCase().padStart(4, "0")}`;
      return [
        [textIssues("text", `a${char}b`), `text: ${fact}; expected printable characters`],
        [nameIssues("name", `a${char}b`), `name: ${fact}; ${PATTERN}`],
        [
          descriptionIssues("description", `a${char}b`),
          `description: ${fact}; expected printable characters`,
        ],
      ] as const;
    }),
  },
  {
    row: "a name that the kernel expands",
    cases: [
      [nameIssues("name", "a%d"), `name: got "a%d"; ${PATTERN}`],
      [
        interfaceNameIssues("interface", "a%d"),
        'interface: got "a%d"; expected an interface name, ^[a-z][a-z0-9._-]*$, of at most 15 bytes',
      ],
    ],
  },
  {
    row: "reserved names",
    cases: [
      ...["all", "default", "lo", "con", "fwd", "map", "ip", "drop", "ct"].map(
        (name) =>
          [
            nameIssues("name", name),
            `name: ${printed(name)} is a reserved name; expected another name`,
          ] as const,
      ),
      ...["all", "default", "lo"].map(
        (name) =>
          [
            interfaceNameIssues("interface", name),
            `interface: ${printed(name)} is a reserved name; expected another name`,
          ] as const,
      ),
      ...[".", ".."].map(
        (name) => [nameIssues("name", name), `name: got ${printed(name)}; ${PATTERN}`] as const,
      ),
    ],
  },
  {
    row: "interface names of 16 bytes and more, computed ones included",
    cases: [
      [
        interfaceNameIssues("interface", "a234567890123456"),
        'interface: "a234567890123456" is 16 bytes long; expected at most 15 bytes',
      ],
      [
        interfaceNameIssues("vlan", vlanInterface("enp1s0f0np0", 4000)),
        'vlan: "enp1s0f0np0.4000" is 16 bytes long; expected at most 15 bytes',
      ],
    ],
  },
  {
    row: "names that differ in case or Unicode spelling only",
    cases: [
      [nameIssues("name", "é"), `name: got "\\u{e9}"; ${PATTERN}`],
      [nameIssues("name", "Web"), `name: got "Web"; ${PATTERN}`],
      [nameIssues("name", "wеb"), `name: got "w\\u{435}b"; ${PATTERN}`],
      [
        sameNameIssues([
          { path: "zones[0].name", name: "web" },
          { path: "zones[1].name", name: "Web" },
        ]),
        'zones[1].name: "Web" is the same as zones[0].name "web"; expected another name',
      ],
      [
        sameNameIssues([
          { path: "zones[0].name", name: "e\u0301" },
          { path: "zones[1].name", name: "\u00c9" },
        ]),
        'zones[1].name: "\\u{c9}" is the same as zones[0].name "e\\u{301}"; expected another name',
      ],
    ],
  },
  {
    row: "descriptions that no comment holds",
    cases: [
      [
        descriptionIssues("description", "x".repeat(129)),
        "description: got 129 characters; expected at most 120",
      ],
      [
        descriptionIssues("description", "schön"),
        'description: got "sch\\u{f6}n"; expected at most 120 printable ASCII characters',
      ],
      [descriptionIssues("description", 7), "description: got 7; expected text"],
    ],
  },
  {
    row: "host names and domains",
    cases: [
      ...["a_b", "-a", "a-", "a..b", "", "a/b", "a,b", "a#b", "a b", "10.1", "1.2.3.4"].map(
        (name) => [dnsNameIssues("domain", name), `domain: got ${printed(name)}; ${DNS}`] as const,
      ),
      [dnsNameIssues("domain", 5), `domain: got 5; ${DNS}`],
      [
        dnsNameIssues("domain", `${"a".repeat(64)}.net`),
        "domain: a label of 64 characters; expected at most 63 each",
      ],
      [
        dnsNameIssues("domain", "abc.".repeat(64)),
        "domain: got 256 characters; expected at most 253",
      ],
      [
        dnsNameIssues("domain", "lan.example.net."),
        'domain: got "lan.example.net."; expected the name without its final dot',
      ],
      [
        dnsNameIssues("domain", "müller.example"),
        'domain: got "m\\u{fc}ller.example"; expected its ASCII form "xn--mller-kva.example"',
      ],
      [
        dnsNameIssues("domain", "a\u202eb"),
        `domain: got "a\\u{202e}b", which holds the unprintable character U+202E; ${DNS}`,
      ],
      [
        dnsNameIssues("domain", "a\nb"),
        `domain: got "a\\nb", which holds the unprintable character U+000A; ${DNS}`,
      ],
      ...["ü@b", "ü/b", "ü:80", "ü?b", "ü#b", "ü b", "ü%20"].map(
        (name) =>
          [dnsNameIssues("domain", name), `domain: got "\\u{fc}${name.slice(1)}"; ${DNS}`] as const,
      ),
      [dnsNameIssues("domain", "A_B"), `domain: got "A_B"; ${DNS}`],
      [dnsNameIssues("domain", "Lan.Net"), 'domain: got "Lan.Net"; expected "lan.net"'],
      [
        dnsNameIssues("domain", "localhost"),
        'domain: got "localhost"; expected a name that leads elsewhere',
      ],
      [
        hostLabelIssues("name", "web.lan"),
        'name: got "web.lan"; expected a host name without its domain',
      ],
    ],
  },
  {
    row: "hosts that SSH would take for options",
    cases: [
      "-oProxyCommand=touch /tmp/x",
      "root@10.0.0.1",
      "10.0.0.1:22",
      "[fd00::1]",
      "ssh://a",
      "a b",
      "",
      "../a",
    ].map((host) => [sshHostIssues("host", host), `host: got ${printed(host)}; ${SSH}`] as const),
  },
];
