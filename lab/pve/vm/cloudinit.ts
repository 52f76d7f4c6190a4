import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { die } from "../api/error";
import { type Pve } from "../pve";
import { readOr } from "../state/atomic";
import { parsePropertyString } from "../schema/property-string";
import { type VmKeys } from "./config-file";
import { drivesOf, fieldsOf, isCloudInit } from "./drive";
import { parseNet } from "./values";

/** The files of a cloud-init drive, as Proxmox's nocloud generator writes them. */
export interface CloudInitFiles {
  readonly user: string;
  readonly network: string;
  readonly meta: string;
  readonly vendor: string;
}

/** Generate the files, taking custom snippets where the configuration names them. */
export function cloudInitFiles(pve: Pve, vmid: string, keys: VmKeys): CloudInitFiles {
  const custom = fields("cicustom", keys["cicustom"]);
  const snippet = (volid: string | undefined): string | undefined => {
    if (volid === undefined) return undefined;
    const path = pve.storages.path(volid);
    return existsSync(path) ? readFileSync(path, "utf8") : die(`volume '${volid}' does not exist`);
  };
  const user = snippet(custom["user"]) ?? userData(vmid, keys);
  const network = snippet(custom["network"]) ?? networkConfig(keys, hostDns(pve));
  const instance = createHash("sha1")
    .update(user + network)
    .digest("hex");
  const meta = snippet(custom["meta"]) ?? `instance-id: ${instance}\n`;
  return { user, network, meta, vendor: snippet(custom["vendor"]) ?? "" };
}

/** Write a VM's cloud-init drive anew, where it has one. */
export async function writeCloudInitDrive(pve: Pve, vmid: string, keys: VmKeys): Promise<void> {
  const drive = drivesOf(keys).find(([, item]) => isCloudInit(item))?.[1];
  if (drive?.file === undefined) return;
  const { user, network, meta, vendor } = cloudInitFiles(pve, vmid, keys);
  await pve.backend.createSeed(pve.storages.path(drive.file), {
    "user-data": user,
    "network-config": network,
    "meta-data": meta,
    "vendor-data": vendor,
  });
}

function userData(vmid: string, keys: VmKeys): string {
  const { name = `VM${vmid}`, ciuser, cipassword, sshkeys, ciupgrade, searchdomain } = keys;
  const [hostname = name] = name.split(".");
  const domain = searchdomain?.split(/[ ,;]+/)[0];
  const fqdn = name.includes(".") ? name : domain && `${name}.${domain}`;
  const authorized = decodeURIComponent(sshkeys ?? "")
    .split("\n")
    .filter((key) => key.trim() !== "");
  return [
    "#cloud-config",
    `hostname: ${hostname}`,
    "manage_etc_hosts: true",
    ...(fqdn === undefined ? [] : [`fqdn: ${fqdn}`]),
    ...(ciuser === undefined ? [] : [`user: ${ciuser}`]),
    ...(ciuser === "root" ? ["disable_root: False"] : []),
    ...(cipassword === undefined ? [] : [`password: ${cipassword}`]),
    ...(sshkeys === undefined ? [] : ["ssh_authorized_keys:"]),
    ...authorized.map((key) => `  - ${key}`),
    "chpasswd:",
    "  expire: False",
    ...(ciuser === "root" ? [] : ["users:", "  - default"]),
    ...(ciupgrade === "0" ? [] : ["package_upgrade: true"]),
    "",
  ].join("\n");
}

interface Dns {
  readonly servers: readonly string[];
  readonly search: readonly string[];
}

function networkConfig(keys: VmKeys, host: Dns): string {
  const words = (value: string | undefined) => value?.split(/[ ,;]+/).filter(Boolean);
  const servers = words(keys["nameserver"]) ?? host.servers;
  const search = words(keys["searchdomain"]) ?? host.search;
  const listed = (title: string, values: readonly string[]) =>
    values.length === 0 ? [] : [`    ${title}:`, ...values.map((value) => `    - '${value}'`)];
  const dns = [...listed("address", servers), ...listed("search", search)];
  const nets = Object.keys(keys)
    .filter((key) => /^net\d+$/.test(key))
    .sort();
  return [
    "version: 1",
    "config:",
    ...nets.flatMap((key) => {
      const id = key.slice(3);
      const config = keys[`ipconfig${id}`];
      return config === undefined ? [] : physical(id, keys[key] ?? "", fields("ipconfig0", config));
    }),
    ...(dns.length === 0 ? [] : ["  - type: nameserver", ...dns]),
    "",
  ].join("\n");
}

function physical(id: string, net: string, { ip, gw, ip6, gw6 }: Record<string, string>) {
  const mac = (parseNet(net)["macaddr"] ?? "").toLowerCase();
  const gateway = (address: string | undefined) =>
    address === undefined ? [] : [`      gateway: '${address}'`];
  const [address = "", bits = "32"] = (ip ?? "").split("/");
  const four =
    ip === undefined
      ? []
      : ip === "dhcp"
        ? ["    - type: dhcp4"]
        : [
            "    - type: static",
            `      address: '${address}'`,
            `      netmask: '${netmask(Number(bits))}'`,
            ...gateway(gw),
          ];
  const automatic: Record<string, string> = { dhcp: "dhcp6", auto: "ipv6_slaac" };
  const six =
    ip6 === undefined
      ? []
      : automatic[ip6] === undefined
        ? ["    - type: static6", `      address: '${ip6}'`, ...gateway(gw6)]
        : [`    - type: ${automatic[ip6]}`];
  return [
    "  - type: physical",
    `    name: eth${id}`,
    `    mac_address: '${mac}'`,
    "    subnets:",
    ...four,
    ...six,
  ];
}

/** What Proxmox hands to guests that name no servers of their own. */
function hostDns({ paths }: Pve): Dns {
  const lines = readOr(paths.host("/etc/resolv.conf"), "").split("\n");
  const values = (word: string) =>
    lines.flatMap((line) => {
      const [key, ...rest] = line.trim().split(/\s+/);
      return key === word ? rest : [];
    });
  return { servers: values("nameserver"), search: values("search") };
}

function fields(key: string, value: string | undefined): Record<string, string> {
  const parsed = value === undefined ? {} : parsePropertyString(fieldsOf(key), value);
  return typeof parsed === "string" ? {} : parsed;
}

/** The dotted netmask of a prefix length. */
const netmask = (bits: number): string =>
  [0, 1, 2, 3]
    .map((octet) => 256 - 2 ** (8 - Math.min(8, Math.max(0, bits - octet * 8))))
    .join(".");
