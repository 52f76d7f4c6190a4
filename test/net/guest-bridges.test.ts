// Needs root: sends packets through the real kernel in namespaces of its own.
import { spawnSync } from "node:child_process";
import { renderRuleset } from "../../net/nftables";
import type { FirewallPolicy } from "../../net/policy";
import { policyIssues } from "../../net/policy-issues";

const policy: FirewallPolicy = {
  management: { interface: "up0", node: true, uplink: true },
  zones: [
    { name: "uplink", interfaces: ["up0"] },
    { name: "guests", interfaces: ["vmbr1"] },
  ],
  flows: [{ from: "guests", to: "uplink" }],
  masquerade: ["uplink"],
};

// A guest whose device Proxmox puts its firewall before, a node that routes, and somebody outside who
// knows a way back without masquerading too. Prints whom he has heard.
const SCRIPT = `
set -e
node=fw-$$-n guest=fw-$$-g outside=fw-$$-o
trap 'for one in $node $guest $outside; do ip netns delete $one; done 2>/dev/null' EXIT
for one in $node $guest $outside; do ip netns add $one; ip -n $one link set lo up; done
ip -n $node -batch - <<END
link add fwbr100i0 type bridge
link add vmbr1 type bridge
link add tap100i0 type veth peer name eth0 netns $guest
link add fwln100i0 type veth peer name fwpr100p0
link add up0 type veth peer name eth0 netns $outside
link set tap100i0 master fwbr100i0 up
link set fwln100i0 master fwbr100i0 up
link set fwpr100p0 master vmbr1 up
link set fwbr100i0 up
link set vmbr1 up
link set up0 up
address add 10.9.0.1/24 dev vmbr1
address add 192.0.2.1/24 dev up0
END
for one in all fwbr100i0 vmbr1; do ip netns exec $node sysctl -qw net.ipv4.conf.$one.rp_filter=2; done
ip netns exec $node sysctl -qw net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1
ip -n $guest -batch - <<END
link set eth0 up
address add 10.9.0.100/24 dev eth0
route add default via 10.9.0.1
END
ip -n $outside -batch - <<END
link set eth0 up
address add 192.0.2.2/24 dev eth0
route add 10.9.0.0/24 via 192.0.2.1
END
ip netns exec $node nft -f -
ip netns exec $outside python3 -c '
import socket
server = socket.create_server(("192.0.2.2", 80))
print("ready", flush=True)
server.settimeout(6)
try:
    peer, (address, _) = server.accept()
    peer.sendall(b"hello")
    print(address)
except TimeoutError:
    print("nobody")
' | {
  read -r ready
  said=$(ip netns exec $guest python3 -c '
import socket
print(socket.create_connection(("192.0.2.2", 80), 4).recv(5).decode())
' 2>/dev/null) || said=nothing
  read -r heard
  echo "$heard $said"
}
`;

/** Whom somebody outside has heard, and what the guest has heard from him. */
function heard(one: FirewallPolicy): string {
  const { stdout, stderr, status } = spawnSync("bash", ["-c", SCRIPT], {
    input: renderRuleset(one),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

test("a guest behind Proxmox's own firewall is masqueraded once that is declared", () => {
  expect(heard({ ...policy, proxmoxFirewall: true })).toBe("192.0.2.1 hello");
  expect(heard(policy)).toBe("nobody nothing");
});

test("without a zone of its own it would go out with its own address", () => {
  const open = renderRuleset({ ...policy, proxmoxFirewall: true }).replace(
    /ct zone set 1/,
    "accept",
  );
  const { stdout } = spawnSync("bash", ["-c", SCRIPT], { input: open, encoding: "utf8" });

  expect(stdout.trim()).toBe("10.9.0.100 hello");
});

test("it is a matter of a Proxmox node", () => {
  const management = { interface: "up0" };

  expect(policyIssues({ ...policy, management, proxmoxFirewall: true })).toContain(
    "proxmoxFirewall: true without management.node; expected a Proxmox VE node",
  );
});
