export * from "../net/policy";
export type { FixedLease } from "../net/dhcp";
export type { RouterAddressing, RouterDhcpPool } from "../net/router-network";
export * from "./firewall";
export * from "./passthrough-nic";
export type { ProxmoxNodeArgs, RouterConnection, RouterConnectionProxy } from "./proxmox-node";
export * from "./router-vm";
export * from "./vm-bridge";
