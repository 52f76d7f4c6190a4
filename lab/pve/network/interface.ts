/** One interface of the host's network configuration, in the API's words. */
export interface Interface {
  iface: string;
  type?: string;
  autostart?: boolean;
  method?: string;
  method6?: string;
  cidr?: string;
  cidr6?: string;
  gateway?: string;
  gateway6?: string;
  bridge_ports?: string;
  bridge_stp?: string;
  bridge_fd?: string;
  bridge_vlan_aware?: boolean;
  bridge_vids?: string;
  mtu?: string;
  slaves?: string;
  bond_mode?: string;
  "vlan-raw-device"?: string;
  "vlan-id"?: string;
  /** Each line ends with a newline, the last one too. */
  comments?: string;
  comments6?: string;
  /** Lines that Proxmox keeps without understanding them. */
  options: string[];
  options6: string[];
}

/** The whole file: interfaces and foreign lines in their order. */
export interface Interfaces {
  /** The comment at the top of the file. */
  readonly header: string;
  readonly order: ({ readonly iface: string } | { readonly line: string })[];
  readonly known: Map<string, Interface>;
}
