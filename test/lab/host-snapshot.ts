import { hostExec } from "../../lab/host/host";
import { HOST } from "../../lab/host/nodes";

// Without what a machine changes by itself: counters, times, logs, a file of ifupdown2.
const SCRIPT = `
set -u
section() { printf '\\n== %s\\n' "$1"; }
section links; ip -o link show | sed -E 's/^[0-9]+: //; s/@[^:]+:/:/' | awk '{ print $1 }' | sort
section bridges; bridge link show | sed -E 's/^[0-9]+: ([^:@]+).* master ([^ ]+).*/\\1 \\2/' | sort
section addresses; ip -o addr show scope global | awk '{ print $2, $4 }' | sort
section routes; ip route show; ip -6 route show | grep -v fe80
section nftables; nft -s list ruleset
section guests; qm list | awk '{ print $1, $2 }'
section mappings; pvesh get /cluster/mapping/pci --output-format json
section volumes; pvesm list local-lvm | awk '{ print $1 }'; pvesm list local | awk '{ print $1 }'
section files
find /etc /var/lib/vz /var/lib/proxmox-router -type f ! -path '/etc/pve/*' ! -name ifupdown2_vrf_map.conf 2>/dev/null | sort | xargs -r sha256sum
section interfaces; cat /etc/network/interfaces
`;

/** Everything of a node that a stack could leave behind, as text that can be compared. */
export async function hostSnapshot(node = HOST): Promise<string> {
  const { code, stdout, stderr } = await hostExec(SCRIPT, { timeoutMs: 60_000 }, node);
  if (code !== 0) throw new Error(`the host's snapshot failed: ${stderr}`);
  return stdout;
}
