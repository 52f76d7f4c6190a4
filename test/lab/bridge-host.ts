import { run } from "../../lab/host/command";
import { ADDRESS } from "../../lab/host/host";
import { netnsLeader } from "../../lab/host/netns";
import { until } from "../../lab/host/process";
import { HOST_NETNS } from "../../lab/host/segments";

/**
 * Makes a host that is managed over its card itself, as a rented one often is, and by a lease: the API
 * does not know what the card is for. What comes in by another way than it goes out by is refused.
 */
export const RENTED = `
sed -i '/^auto vmbr0/,/^$/d' /etc/network/interfaces
sed -i 's|^iface eno1 inet manual|auto eno1\\niface eno1 inet manual\\n\\tup ip address replace ${ADDRESS.host}/24 dev eno1|' /etc/network/interfaces
ifreload -a
sysctl -qw net.ipv4.conf.all.rp_filter=1
`;

/** Run a script at the host's console: it answers when the network does not. */
export async function atConsole(script: string): Promise<string> {
  const leader = String(netnsLeader(HOST_NETNS));
  const { stdout } = await run(["nsenter", "-t", leader, "-a", "--", "/bin/sh", "-c", script]);
  return stdout.trim();
}

/** Take a change back at the console as soon as it is in force. */
export async function takenBack(slice: string): Promise<void> {
  const agent = "sh /run/proxmox-router/txn/agent.sh";
  const applied = async () =>
    (await atConsole(`${agent} status 2>&1`)).includes(`open ${slice} `) &&
    (await atConsole("cat /run/proxmox-router/txn/state")) === "APPLIED";
  await until(applied, 60_000, "a change to take back");
  await atConsole(`${agent} rollback`);
}

/** Ports of a bridge, a line each. */
export const ports = (name: string) => atConsole(`ls /sys/class/net/${name}/brif 2>&1`);

/** Ethernet address of a bridge, whether it looks for loops, and its delay in hundredths of a second. */
export const link = async (name: string) => {
  const files = ["address", "bridge/stp_state", "bridge/forward_delay"];
  const all = files.map((file) => `/sys/class/net/${name}/${file}`).join(" ");
  return (await atConsole(`cat ${all}`)).replaceAll("\n", " ");
};

/** The note that Proxmox shows beside a bridge. */
export const comment = (name: string) =>
  atConsole(
    `pvesh get /nodes/pve/network/${name} --output-format json | grep -o '"comments":"[^"]*"'`,
  );
