import type { ConfigFile } from "./config-file";
import { type Entry, renderIni } from "./ini";
import { renderLink } from "./link";
import { renderNetwork } from "./networkd-network";
import type { RouterInterface } from "./router-network";

/** The `.link` files that give interfaces their names at every boot (systemd.link(5)). */
export function renderLinks(interfaces: readonly RouterInterface[]): ConfigFile[] {
  return interfaces.map(({ name, mac }) => renderLink({ name, mac }));
}

/** The `.network` files of a router's interfaces (systemd.network(5)). */
export function renderNetworks(interfaces: readonly RouterInterface[]): ConfigFile[] {
  return interfaces.map(({ pool, reservations, ...one }) =>
    renderNetwork({ ...one, pool: pool && { ...pool, reservations } }),
  );
}

/** The DNS forwarder: systemd-resolved listens on every address that a pool hands out. */
export function renderResolved(interfaces: readonly RouterInterface[]): ConfigFile {
  const listeners = interfaces
    .filter((one) => one.pool)
    .flatMap(({ addresses = [] }) => addresses.map((address) => address.split("/")[0] ?? ""));
  return {
    path: "/etc/systemd/resolved.conf.d/10-proxmox-router.conf",
    text: renderIni([
      [
        "Resolve",
        [
          ["LLMNR", "no"],
          ["MulticastDNS", "no"],
          ...listeners.map((address): Entry => ["DNSStubListenerExtra", address]),
        ],
      ],
    ]),
  };
}

export type { ConfigFile };
