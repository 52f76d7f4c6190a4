import type { Operation } from "../../agent/bundle";
import type { Machine } from "./machine";
import { filter } from "./slices";
import { ask } from "./world";

/** One of each kind of atom that needs no service, in one of two versions that share half of it. */
export const atoms = (version: 1 | 2): Operation[] => [
  { kind: "link", name: "br9", type: "bridge", attributes: { stp_state: version - 1 } },
  { kind: "link", name: `brv${version}`, type: "bridge" },
  { kind: "address", device: "br9", address: "10.9.0.1/24" },
  { kind: "address", device: "br9", address: `10.9.${version}.1/24` },
  { kind: "route", device: "br9", destination: "10.8.0.0/24", gateway: `10.9.0.${version + 1}` },
  { kind: "route", device: `brv${version}`, destination: `10.7.${version}.0/24` },
  { kind: "neighbour", device: "br9", address: `10.9.0.${version + 6}` },
  { kind: "sysctl", key: "net/ipv4/ip_forward", value: 1 },
  { kind: "sysctl", key: "net/ipv4/conf/br9/proxy_arp", value: version - 1 },
  { kind: "aside", pattern: "/etc/demo/theirs*.conf" },
  { kind: "file", path: "/etc/demo/deep/live.conf", text: `live ${version}\n` },
  { kind: "file", path: `/etc/demo/only-${version}.conf`, text: "one\ntwo\n", mode: 0o600 },
  { kind: "file", path: "/etc/demo/boot.conf", text: `boot ${version}\n`, at: "boot" },
  filter(`tcp dport ${8 + version} drop`),
];

const SHOWN = [
  "ip -o -d link show dev br9 | grep -o 'stp_state .'; cat /sys/class/net/br9/ifalias",
  "ip -br link show type bridge | grep -o '^br[v9][0-9]*'",
  "ip -4 -o address show dev br9 | grep -o 'inet [^ ]*'",
  "ip route show proto 213",
  "ip neighbour show proxy",
  "cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/conf/br9/proxy_arp",
  "cd /etc/demo && find . -type f -printf '%m %p ' -exec tail -n 1 {} \\; | sort -k2",
  "nft list table inet proxmox_router | grep dport",
].join("; ");

const BRIDGE = (stp: 0 | 1) => [`stp_state ${stp}`, "proxmox-router:net"];
const RULE = (port: number) => `tcp dport ${port} drop`;

/** The first version is in force, with or without its boot file. */
export const FIRST = (boot: string[]): string[] => [
  ...BRIDGE(0),
  ...["br9", "brv1"],
  ...["inet 10.9.0.1/24", "inet 10.9.1.1/24"],
  ...["10.7.1.0/24 dev brv1 scope link", "10.8.0.0/24 via 10.9.0.2 dev br9"],
  "10.9.0.7 dev br9 proxy",
  ...["1", "0"],
  ...boot,
  ...["644 ./deep/live.conf live 1", "600 ./only-1.conf two"],
  RULE(9),
];

/** The second version is in force, and nothing of the first is deleted yet. */
export const BETWEEN: readonly string[] = [
  ...BRIDGE(1),
  ...["br9", "brv1", "brv2"],
  ...["inet 10.9.0.1/24", "inet 10.9.1.1/24", "inet 10.9.2.1/24"],
  ...["10.7.1.0/24 dev brv1 scope link", "10.7.2.0/24 dev brv2 scope link"],
  "10.8.0.0/24 via 10.9.0.3 dev br9",
  ...["10.9.0.7 dev br9 proxy", "10.9.0.8 dev br9 proxy"],
  ...["1", "1"],
  "644 ./boot.conf boot 1",
  ...["644 ./deep/live.conf live 2", "600 ./only-1.conf two", "600 ./only-2.conf two"],
  RULE(10),
];

/** The second version, confirmed. */
export const SECOND: readonly string[] = [
  ...BRIDGE(1),
  ...["br9", "brv2"],
  ...["inet 10.9.0.1/24", "inet 10.9.2.1/24"],
  ...["10.7.2.0/24 dev brv2 scope link", "10.8.0.0/24 via 10.9.0.3 dev br9"],
  "10.9.0.8 dev br9 proxy",
  ...["1", "1"],
  "644 ./boot.conf boot 2",
  ...["644 ./deep/live.conf live 2", "600 ./only-2.conf two"],
  RULE(10),
];

/** What is there of the atoms, a line each. */
export const show = async (machine: Machine): Promise<string[]> =>
  (await ask(machine, SHOWN)).split("\n").map((line) => line.replace(/ (linkdown )?$/, "").trim());
