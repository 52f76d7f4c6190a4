import type { Operation } from "../../agent/bundle";
import { filter } from "./slices";

/** What our component has on the machine; versions differ in all of it. */
export interface Content {
  readonly version: number;
  /** Whether it refuses new SSH connections. */
  readonly shut: boolean;
}

/** Files of a content, by path below `/etc`. */
export const filesOf = ({ version }: Content): Record<string, string> => ({
  "managed/live.conf": `live ${version}\n`,
  "managed/boot.conf": `boot ${version}\n`,
  // There in every other version.
  ...(version % 2 === 1 && { "managed/odd/one.conf": `odd ${version}\n` }),
});

/** Value of `net.ipv4.ip_forward`. */
export const forwardingOf = ({ version }: Content): number => version % 2;

// A reset, unlike a drop, is known at once.
const rulesOf = ({ version, shut }: Content) => [
  "ct state established accept",
  ...(shut ? ["tcp dport 22 reject with tcp reset"] : []),
  `tcp dport ${10_000 + version} drop`,
];

/** How the kernel lists our table. */
export const tableOf = (content: Content): string =>
  [
    "table inet proxmox_router {",
    "\tchain in {",
    "\t\ttype filter hook input priority filter; policy accept;",
    ...rulesOf(content).map((rule) => `\t\t${rule}`),
    "\t}",
    "}",
    "",
  ].join("\n");

/** What brings it. */
export const operationsOf = (content: Content): Operation[] => [
  ...Object.entries(filesOf(content)).map(
    ([path, text]): Operation => ({
      kind: "file",
      path: `/etc/${path}`,
      text,
      at: path.endsWith("boot.conf") ? "boot" : "live",
    }),
  ),
  { kind: "sysctl", key: "net/ipv4/ip_forward", value: forwardingOf(content) },
  filter(...rulesOf(content)),
];
