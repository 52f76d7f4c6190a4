export * from "../net/policy";
export type { FixedLease } from "../net/dhcp";
export type { RouterAddressing, RouterDhcpPool } from "../net/router-network";
export * from "./firewall";
export * from "./host-kernel";
export * from "./ipv6-probe";
export * from "./passthrough-nic";
export type { PassedCard } from "../net/passed-card";
export { type DhcpRange, type DhcpReservation, DhcpServer } from "../net/dhcp";
export { type DhcpOption, DhcpOptionName, type NetworkServices } from "../net/dnsmasq";
export type { TcpProxies, TcpProxy } from "../net/haproxy";
export type { BridgeGuest } from "../net/bridge-filter";
export { BridgeMode, bridgePolicy, type BridgeZone } from "../net/bridge-mode";
export type { HostBridgeArgs } from "../net/host-bridge";
export { Ipv6Mode } from "../net/ipv6-mode";
export { type RoutedNetwork, type TapGuest, TapProxy, type TapUplink } from "../net/tap-guests";
export type { RoutedGuest } from "../net/routed-guest";
export type {
  MachineConnection,
  ProxmoxNodeArgs,
  RouterConnection,
  RouterConnectionProxy,
} from "./proxmox-node";
export * from "./routed-guests";
export * from "./router-vm";
export * from "./router-vm-args";
export type { SriovLinkState, SriovSetting, SriovVf, SriovVfs } from "../net/sriov";
export * from "./sriov-vf-set";
export type { AssignedFunction } from "./vf-pool";
export * from "./vm-bridge";
