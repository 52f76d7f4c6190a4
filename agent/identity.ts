/**
 * Render the script that asks a guest, over the hypervisor's own channel, who it is.
 *
 * It prints what `qm guest exec` prints: JSON whose `out-data` holds the public host key on the
 * first line and the addresses of `device` on the following ones. The guest must have finished
 * its first boot, because that is when its host key is made.
 */
export function renderIdentityQuery(query: {
  vmId: number;
  device: string;
  template: number;
  /** Longest wait for the guest agent, in seconds. */
  timeout: number;
}): string {
  const { vmId, device, template, timeout } = query;
  const ask = [
    "test -e /var/lib/cloud/instance/boot-finished",
    "cat /etc/ssh/ssh_host_ed25519_key.pub",
    `ip -4 -o addr show dev ${device} scope global | grep inet`,
  ].join(" && ");
  return [
    "set -u",
    "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
    `end=$(($(cut -d. -f1 /proc/uptime) + ${timeout}))`,
    "while :; do",
    `  reply=$(qm guest exec ${vmId} --timeout 20 -- sh -c '${ask}' 2>&1) &&`,
    `    printf '%s' "$reply" | grep -q '"exitcode" *: *0' && break`,
    `  if [ "$(cut -d. -f1 /proc/uptime)" -ge "$end" ]; then`,
    `    printf '%s\\n' "VM ${vmId}: its guest agent gave no host key and no address of ${device} within ${timeout} s." \\`,
    `      "Last answer: $reply" \\`,
    `      "Check that template ${template} has qemu-guest-agent and cloud-init, and that ${device} gets an address (qm terminal ${vmId})." >&2`,
    "    exit 1",
    "  fi",
    "  sleep 1",
    "done",
    `printf '%s\\n' "$reply"`,
    "",
  ].join("\n");
}

/** Who a guest is: where it is reached, and the key that proves it. */
export interface GuestIdentity {
  /** Address on the management interface. */
  readonly address: string;
  /** Public host key, `ssh-ed25519 AAAA…`. */
  readonly hostKey: string;
}

/** Read what the script printed. */
export function parseIdentity(reply: string): GuestIdentity {
  const { "out-data": text = "" } = JSON.parse(reply) as { "out-data"?: string };
  const hostKey = /^(ssh-ed25519 [A-Za-z0-9+/=]+)/m.exec(text)?.[1];
  const address = /\binet (\d+\.\d+\.\d+\.\d+)\//.exec(text)?.[1];
  if (!hostKey || !address) throw new Error(`guest agent: no host key or address in ${reply}`);
  return { address, hostKey };
}
