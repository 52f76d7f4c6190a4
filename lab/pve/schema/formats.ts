import { isIP, isIPv4, isIPv6 } from "node:net";

/** Says what is wrong with a value, in Proxmox's words, or nothing. */
type FormatCheck = (value: string) => string | undefined;

const matches =
  (pattern: RegExp, complaint: (value: string) => string): FormatCheck =>
  (value) =>
    pattern.test(value) ? undefined : complaint(value);

const says =
  (test: (value: string) => boolean, complaint: string): FormatCheck =>
  (value) =>
    test(value) ? undefined : complaint;

function isCidr(value: string, family?: 4 | 6): boolean {
  const [address = "", bits = "", ...rest] = value.split("/");
  if (rest.length > 0 || !/^\d+$/.test(bits)) return false;
  const version = isIP(address);
  if (version === 0 || (family !== undefined && family !== version)) return false;
  return Number(bits) <= (version === 4 ? 32 : 128) && (version === 6 || Number(bits) > 0);
}

const isNetmask = (value: string): boolean => {
  if (!isIPv4(value)) return false;
  const bits = value
    .split(".")
    .map((octet) => Number(octet).toString(2).padStart(8, "0"))
    .join("");
  return /^1+0*$/.test(bits);
};

const configId = matches(/^[a-z][a-z0-9_-]+$/i, (id) => `invalid configuration ID '${id}'`);
const volumeId = matches(
  /^[a-z][a-z0-9\-_.]*[a-z0-9]:.+$/i,
  (id) => `unable to parse volume ID '${id}'`,
);
const dnsName = matches(
  /^(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)\.)*(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)$/,
  (name) => `value '${name}' does not look like a valid DNS name`,
);
const nodeName = matches(
  /^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/,
  () => "value does not look like a valid node name",
);

const address = (value: string): string | undefined =>
  isIP(value) > 0 ? undefined : dnsName(value) && "value does not look like a valid address";

const portSpec: FormatCheck = (value) => {
  for (const item of value.split(",")) {
    const [from = "", to] = item.split(":");
    const bad = [from, to ?? from].find((port) =>
      /^\d+$/.test(port) ? Number(port) > 65535 : !/^[a-zA-Z][a-zA-Z0-9-]*$/.test(port),
    );
    if (bad !== undefined) return `invalid port '${bad}'`;
  }
  return undefined;
};

const addressSpec: FormatCheck = (value) => {
  if (/^\+[A-Za-z0-9/_-]+$/.test(value) || /^(?:(?:dc|guest)\/)?[A-Za-z][\w-]+$/.test(value)) {
    return undefined;
  }
  const bad = value
    .split(",")
    .find((item) => !(isCidr(item) || item.split("-").every((ip) => isIP(ip) > 0)));
  return bad === undefined ? undefined : `invalid IP/range '${bad}'`;
};

const bootDevice = matches(
  /^(?:ide[0-3]|sata[0-5]|scsi(?:[12]?\d|30)|virtio(?:1[0-5]|\d)|efidisk0|net\d+|usb\d+|hostpci\d+)$/,
  (device) => `invalid boot device '${device}'`,
);

const FORMATS: Readonly<Record<string, FormatCheck>> = {
  CIDR: says((value) => isCidr(value), "value does not look like a valid CIDR network"),
  CIDRv4: says((value) => isCidr(value, 4), "value does not look like a valid IPv4 network"),
  CIDRv6: says((value) => isCidr(value, 6), "value does not look like a valid IPv6 network"),
  IPorCIDR: says(
    (value) => isIP(value) > 0 || isCidr(value),
    "value does not look like a valid IP address or CIDR network",
  ),
  IPorCIDRorAlias: says(
    (value) =>
      isIP(value) > 0 || isCidr(value) || /^(?:(?:dc|guest)\/)?[A-Za-z][\w-]+$/.test(value),
    "value does not look like a valid IP address or CIDR network or alias",
  ),
  address,
  "disk-size": matches(
    /^\d+(\.\d+)?[KMGT]?$/,
    (size) => `value does not look like a valid disk size: ${size}`,
  ),
  "dns-name": dnsName,
  ip: says((value) => isIP(value) > 0, "value does not look like a valid IP address"),
  ipv4: says(isIPv4, "value does not look like a valid IPv4 address"),
  ipv4mask: says(isNetmask, "value does not look like a valid IP netmask"),
  ipv6: says(isIPv6, "value does not look like a valid IPv6 address"),
  "mac-addr": matches(
    /^[a-f0-9][02468ace](?::[a-f0-9]{2}){5}$/i,
    () => "value does not look like a valid unicast MAC address",
  ),
  "pve-bridge-id": matches(/^[-_.\w\d]+$/, (id) => `invalid bridge name '${id}'`),
  "pve-configid": configId,
  "pve-fw-addr-spec": addressSpec,
  "pve-fw-dport-spec": portSpec,
  "pve-fw-sport-spec": portSpec,
  "pve-fw-protocol-spec": matches(/^[a-z0-9-]+$/, (name) => `unknown protocol '${name}'`),
  "pve-iface": matches(
    /^[a-z][a-z0-9_]{1,20}([:.]\d+)?$/i,
    (name) => `invalid network interface name '${name}'`,
  ),
  "pve-ipv4-config": says(
    (value) => value === "dhcp" || value === "manual" || isCidr(value, 4),
    "value does not look like a valid ipv4 network configuration",
  ),
  "pve-ipv6-config": says(
    (value) => ["auto", "dhcp", "manual"].includes(value) || isCidr(value, 6),
    "value does not look like a valid ipv6 network configuration",
  ),
  "pve-node": nodeName,
  "pve-poolid": matches(
    /^[A-Za-z0-9.\-_]+(?:\/[A-Za-z0-9.\-_]+){0,2}$/,
    (id) => `value '${id}' does not look like a valid pool name`,
  ),
  "pve-qm-bootdev": bootDevice,
  "pve-startup-order": matches(
    /^(?:order=)?\d+(?:,(?:up|down)=\d+)*$|^(?:up|down)=\d+(?:,(?:up|down|order)=\d+)*$/,
    () => "unable to parse startup options",
  ),
  "pve-storage-id": matches(
    /^[a-z][a-z0-9\-_.]*[a-z0-9]$/i,
    (id) => `storage ID '${id}' contains illegal characters`,
  ),
  "pve-tag": matches(/^[a-z0-9_][a-z0-9_\-+.]*$/i, () => "invalid characters in tag"),
  "pve-userid": matches(
    /^[^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+$/,
    (id) => `value '${id}' does not look like a valid user name`,
  ),
  "pve-vlan-id-or-range": matches(/^\d+(?:-\d+)?$/, (value) => `invalid VLAN tag '${value}'`),
  "pve-vmid": matches(/^[1-9][0-9]{2,8}$/, () => "value does not look like a valid VM ID"),
  "pve-volume-id": volumeId,
  "pve-volume-id-or-absolute-path": (value) =>
    value.startsWith("/") ? undefined : volumeId(value),
  "pve-volume-id-or-qm-path": (value) =>
    value === "none" || value === "cdrom" || value.startsWith("/") ? undefined : volumeId(value),
  urlencoded: matches(
    /^[-%a-zA-Z0-9_.!~*'()]*$/,
    (text) => `value is not a valid urlencoded string: ${text}`,
  ),
};

/** Check a value against a format that Proxmox implements as code, `-list` and `-opt` included. */
export function formatComplaint(format: string, value: string): string | undefined {
  if (format.endsWith("-opt")) {
    return value === "" ? undefined : formatComplaint(format.slice(0, -4), value);
  }
  if (format.endsWith("-list")) {
    const item = FORMATS[format.slice(0, -5)];
    return value
      .split(/[,;\0\s]+/)
      .filter((part) => part !== "")
      .map((part) => item?.(part))
      .find((complaint) => complaint !== undefined);
  }
  return FORMATS[format]?.(value);
}
