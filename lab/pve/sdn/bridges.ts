import { type SdnState } from "./objects";

/** The interfaces file that Proxmox writes for applied simple zones: a bridge for each vnet. */
export function printBridges({ zones, vnets, subnets }: SdnState): string {
  const stanzas = Object.entries(vnets)
    .filter(([, { zone }]) => zones[String(zone)]?.["type"] === "simple")
    .map(([name, { zone }]) => {
      const mtu = zones[String(zone)]?.["mtu"];
      const addresses = Object.values(subnets)
        .filter(({ vnet, gateway }) => vnet === name && gateway !== undefined)
        .map(({ gateway, cidr }) => `${String(gateway)}/${String(cidr).split("/")[1] ?? "32"}`);
      return [
        `auto ${name}`,
        `iface ${name}`,
        ...addresses.map((address) => `\taddress ${address}`),
        "\tbridge_ports none",
        "\tbridge_stp off",
        "\tbridge_fd 0",
        ...(mtu === undefined ? [] : [`\tmtu ${String(mtu)}`]),
        "",
      ].join("\n");
    });
  return ["#version:1", "", ...stanzas].join("\n");
}
