import type { Hardware } from "../../lab/hardware/hardware";

/** What a change may leave something in, and what the machine starts by itself. */
export const traces = (hardware: Hardware): Promise<string> =>
  hardware.must(
    [
      "find /etc /usr/local /var/lib/proxmox-router -path /etc/pve -prune -o -type f -exec sha256sum {} + 2>/dev/null | sort -k 2",
      "systemctl list-unit-files --no-legend | grep proxmox-router",
      "cat /sys/bus/pci/devices/*/sriov_numvfs",
      "ls /etc/pve/qemu-server; cat /etc/pve/mapping/pci.cfg 2>/dev/null",
      "find /var/lib/vz /var/lib/pve-volumes -type f",
    ].join("; "),
  );
