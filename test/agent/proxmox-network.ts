import type { Machine } from "./machine";

// Bridges named vmbr as the file says: made with their ports, and taken away when they are gone from it.
// Then the addresses in it, which leave where they were, and the default route; a lease is in /run/fake/lease.
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
awk -v lease="$(cat /run/fake/lease 2>/dev/null)" '
  $1 == "iface" { name = $2; if ($4 == "dhcp") print name, "address", lease; next }
  /^[ \t]+(address|gateway) / { print name, $1, $2 }' $file |
  while read -r name what value; do
    case $what in
      gateway) ip route replace default via "$value" dev "$name" onlink ;;
      address)
        from=$(ip -o address show to "\${value%/*}" | awk '{ print $2 }')
        [ "$from" = "$name" ] || {
          [ -z "$from" ] || ip address delete "$value" dev "$from"
          ip address add "$value" dev "$name"
        } ;;
    esac
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
