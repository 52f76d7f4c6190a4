import type { AddressPlan } from "../../net/address-plan";

/** A rented server: one public address, a bridge behind it, forwards to its guests. */
export const singleAddress: AddressPlan = {
  uplinks: [
    {
      name: "eno1",
      addresses: ["203.0.113.5/24", "2001:db8:8:5688::2/64"],
      gateways: ["203.0.113.1", "fe80::1"],
    },
  ],
  networks: [
    {
      name: "vmbr1",
      addresses: ["192.168.0.1/24"],
      ranges: [{ from: "192.168.0.100", to: "192.168.0.150" }],
      guests: [
        { name: "web", mac: "bc:24:11:00:00:10", address: "192.168.0.10" },
        { name: "mail", mac: "bc:24:11:00:00:20", address: "192.168.0.200" },
      ],
    },
  ],
  foreign: [{ name: "vpn", network: "10.8.0.0/24" }],
  forwards: [
    { name: "http", address: "192.168.0.10" },
    { name: "smtp", address: "192.168.0.200" },
  ],
  nameServers: ["1.1.1.1"],
};

/** A bridge behind several uplinks, its DHCP range a part of the network. */
export const natBridge: AddressPlan = {
  networks: [
    {
      name: "virbr0",
      addresses: ["10.10.0.1/24"],
      ranges: [{ from: "10.10.0.20", to: "10.10.0.119" }],
      guests: [{ name: "web", address: "10.10.0.200" }],
    },
  ],
  forwards: [
    { name: "http", address: "10.10.0.200" },
    { name: "https", address: "10.10.0.200" },
  ],
  nameServers: ["1.1.1.1"],
};

/** Guests with a route each, borrowing addresses from the uplink's own IPv6 network. */
export const routedGuests: AddressPlan = {
  uplinks: singleAddress.uplinks,
  networks: [
    {
      name: "tap",
      routed: true,
      addresses: ["10.254.254.1/23", "2001:db8:8:5688::1:1/112"],
      guests: [
        { name: "one", vmId: 100 },
        { name: "two", vmId: 101 },
        { name: "late", vmId: 353 },
      ],
    },
  ],
};
