import { must } from "../../lab/host/command";
import { netnsLeader } from "../../lab/host/netns";
import { HOST_NETNS } from "../../lab/host/segments";
import { atConsole } from "./bridge-host";

/** As the DHCP client that ifupdown2 calls and looks for, by the one of busybox. */
const DHCLIENT = `#!/bin/bash
for device; do :; done
pid=/run/dhclient.$device.pid
case " $* " in
  *' -x '* | *' -r '*) kill "$(cat "$pid")"; rm -f "$pid"; ip -4 address flush dev "$device" ;;
  *) exec -a udhcpc /usr/local/sbin/dhclient -i "$device" -p "$pid" -s /usr/local/sbin/leased -t 20 -T 1 -n ;;
esac </dev/null >/dev/null 2>&1
`;

const LEASED = `#!/bin/sh
case $1 in
  deconfig) ip link set dev "$interface" up ;;
  *) ip address replace "$ip/$mask" dev "$interface" ;;
esac
`;

/** Give the host a DHCP client, and its card a lease in place of an address of its own. */
export async function leaseForCard(interfaces: string): Promise<void> {
  const leader = String(netnsLeader(HOST_NETNS));
  await must(["cp", "-L", "/usr/bin/busybox", `/proc/${leader}/root/usr/local/sbin/dhclient`]);
  await atConsole(`
cat >/sbin/dhclient <<'END'
${DHCLIENT}END
cat >/usr/local/sbin/leased <<'END'
${LEASED}END
chmod 755 /sbin/dhclient /usr/local/sbin/leased
cat >/etc/network/interfaces <<'END'
${interfaces}END
ifreload -a`);
}
