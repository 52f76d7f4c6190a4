import type { Machine } from "./machine";

// Bridges named vmbr as the file says: made with their ports, and taken away when they are gone from it.
const IFRELOAD = `#!/bin/sh
file=/etc/network/interfaces
for path in /sys/class/net/vmbr*; do
  name=\${path##*/}
  [ ! -d "$path" ] || grep -q "^iface $name " $file || ip link delete dev "$name"
done
awk '$1 == "iface" && $2 ~ /^vmbr/ { name = $2 } $1 == "bridge-ports" { $1 = name; print }' $file |
  while read -r name ports; do
    [ -d "/sys/class/net/$name" ] || ip link add name "$name" type bridge
    for port in $(ls "/sys/class/net/$name/brif"); do
      case " $ports " in *" $port "*) ;; *) ip link set dev "$port" nomaster ;; esac
    done
    for port in $ports; do [ "$port" = none ] || ip link set dev "$port" master "$name"; done
    ip link set dev "$name" up
  done
`;

const INSTALL = `
mkdir -p /run/fake/sbin /etc/network
cat >/run/fake/sbin/ifreload <<'END'
${IFRELOAD}END
chmod 755 /run/fake/sbin/ifreload
mount -t overlay -o lowerdir=/run/fake/sbin:/usr/sbin overlay /usr/sbin
`;

/** What a Proxmox VE node has before anybody changes it. */
export const INTERFACES = "auto lo\niface lo inet loopback\n\niface eth0 inet manual\n";

/** The stanza of a bridge. */
export const stanza = (name: string, ports = "none", note = ""): string =>
  `\nauto ${name}\niface ${name} inet manual\n\tbridge-ports ${ports}\n\tbridge-stp off\n${note}`;

/** Give a machine the network configuration of a Proxmox VE node, and what reloads it. */
export async function proxmoxNetwork(machine: Machine): Promise<void> {
  await machine.exec(INSTALL);
  await writeInterfaces(machine, INTERFACES);
}

/** Write the configuration, or the one that waits to be applied. */
export async function writeInterfaces(machine: Machine, text: string, suffix = "") {
  const path = `/etc/network/interfaces${suffix}`;
  await machine.exec(`cat >${path} <<'END'\n${text}END`);
}

/** Do what the Proxmox API does with a change: stage it, make it the configuration, reload. */
export async function applyInterfaces(machine: Machine, text: string) {
  await writeInterfaces(machine, text, ".new");
  await machine.exec("mv /etc/network/interfaces.new /etc/network/interfaces && ifreload -a");
}
