import type { Machine } from "./machine";

/** What a change must leave alone unless it declares it, each as a script that prints it. */
const PARTS = {
  files: "find /etc /usr/local/lib -type f -exec sha256sum {} + | sort -k2",
  modes:
    "find /etc /usr/local/lib /var/lib/proxmox-router -printf '%y %m %U:%G %p %l\\n' | sort -k4",
  ruleset: "nft list ruleset",
  links:
    "ip -o link | sed 's/^[0-9]*: //; s/ state .* mode/ mode/; s/<[^>]*>//'; cat /sys/class/net/*/ifalias",
  addresses: "ip -o address | grep -v fe80 | sed 's/^[0-9]*: //'",
  routes:
    "ip route; ip -6 route | grep -v fe80; ip neighbour show proxy; ip -6 neighbour show proxy",
  settings:
    "grep -r . /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/conf /proc/sys/net/ipv6/conf | sort",
};

/** Everything on a machine that a change could touch, part by part. */
export async function world(machine: Machine): Promise<Record<string, string>> {
  const { stdout } = await machine.exec(
    Object.entries(PARTS)
      .map(([name, script]) => `echo '==> ${name}'; { ${script}; } 2>/dev/null`)
      .join("; "),
  );
  return Object.fromEntries(
    stdout
      .split("==> ")
      .slice(1)
      .map((part) => {
        const end = part.indexOf("\n");
        return [part.slice(0, end), part.slice(end + 1)];
      }),
  );
}

/** What others have on a machine: packet filters, a bridge, a file and a setting. */
export const FOREIGNERS = [
  "nft -f - <<'END'",
  "table ip nat {",
  "  chain DOCKER { }",
  "  chain PREROUTING { type nat hook prerouting priority dstnat; fib daddr type local counter jump DOCKER; }",
  "}",
  "table ip libvirt_network {",
  "  chain guest_output { iifname virbr0 counter reject; }",
  "  chain forward { type filter hook forward priority filter; jump guest_output; }",
  "}",
  "END",
  "ip link add docker0 type bridge && ip address add 172.17.0.1/16 dev docker0 && ip link set docker0 up",
  "ip route add 10.99.0.0/24 via 172.17.0.9",
  "mkdir -p /etc/foreign && echo theirs >/etc/foreign/a.conf && ln -s a.conf /etc/foreign/b.conf",
  "echo 1 >/proc/sys/net/ipv4/conf/all/accept_source_route",
].join("\n");

/** The value of a script's only line of output. */
export const ask = async (machine: Machine, script: string): Promise<string> =>
  (await machine.exec(script)).stdout.trim();
