import type { Pair } from "./guest-routes";

/** A neighbour of the host on its uplink, in the guests' own network. */
export const NEIGHBOUR = "10.254.254.250";

/** The guests of the stack `lab-routed`. */
export const APP: Pair = ["10.254.254.2", "2001:db8:113::fe:2"];
export const WEB: Pair = ["10.254.254.3", "2001:db8:113::fe:3"];
export const MAIL: Pair = ["10.254.254.4", "2001:db8:113::fe:4"];

/** Makes the host one in the guests' own network, as on a LAN whose free addresses they have. */
export const HOST = `
sed -i '/gateway 10.99.0.1/d; s|^iface enp1s0f0 inet manual|auto enp1s0f0\\niface enp1s0f0 inet static\\n\\taddress 203.0.113.10/24\\n\\tgateway 203.0.113.1\\n\\tup ip address replace 10.254.254.254/24 dev enp1s0f0\\n\\niface enp1s0f0 inet6 static\\n\\taddress 2001:db8:113::10/64\\n\\tgateway 2001:db8:113::1\\n\\tup sysctl -qw net.ipv6.conf.enp1s0f0.accept_ra=0|' /etc/network/interfaces
ifreload -a
ifreload -a
`;

/** Makes and starts a guest with a system of its own, which asks for its addresses by itself. */
export const VM = `
qm clone 9000 100 --name app &&
qm set 100 --net0 virtio=BC:24:11:00:01:00,bridge=vmbr9 --ipconfig0 ip=dhcp,ip6=dhcp --onboot 1 &&
qm start 100
`;

/** Runs a script in that guest and prints what it says. */
export const inVm = (script: string): string =>
  `qm guest exec 100 -- sh -c '${script}' | jq -r '."out-data"'`;
