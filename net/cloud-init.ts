import { stringify as toYaml } from "yaml";
import { parseMac } from "./mac";
import { type ConfigFile, renderLinks } from "./networkd";
import type { RouterInterface } from "./router-network";

/**
 * The network-config (version 2) of a router's first boot.
 *
 * It names every interface by MAC, before anything else runs, and brings up only the way in: the
 * rest of the network comes with the router's own configuration.
 */
export function renderNetworkConfig(
  interfaces: readonly RouterInterface[],
  management: string,
): string {
  const ethernets = Object.fromEntries(
    interfaces.map(({ name, mac, dhcp, addresses = [] }) => [
      name,
      {
        match: { macaddress: parseMac(mac) ?? mac },
        "set-name": name,
        optional: true,
        ...(name === management && {
          dhcp4: dhcp ?? false,
          ...(dhcp && { "dhcp4-overrides": { "use-routes": false, "use-dns": false } }),
          ...(addresses.length > 0 && { addresses }),
        }),
      },
    ]),
  );
  return yaml({ version: 2, ethernets });
}

/**
 * The vendor-data of a router: what holds from the first boot on whatever cloud-init sees later.
 *
 * Without it a changed cloud-init drive would rewrite the network or replace the host keys.
 */
export function renderVendorData(interfaces: readonly RouterInterface[]): string {
  const files: ConfigFile[] = [
    {
      path: "/etc/cloud/cloud.cfg.d/99-proxmox-router.cfg",
      text: yaml({ network: { config: "disabled" }, ssh_deletekeys: false }),
    },
    ...renderLinks(interfaces),
  ];
  return `#cloud-config\n${yaml({
    write_files: files.map(({ path, text }) => ({ path, content: text })),
  })}`;
}

// YAML 1.1 is what cloud-init reads: there an unquoted 02:00:00:00:00:01 is a number in base 60.
const yaml = (value: unknown) => toYaml(value, { version: "1.1", aliasDuplicateObjects: false });
