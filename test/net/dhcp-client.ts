/**
 * Shell functions for `onDebian`: a client on the other end of a cable, and its DHCP lease.
 *
 * `cable NAME MAC` makes interface NAME with a client behind it that has this MAC; `lease` prints
 * what the client is told, as `address mask router dns domain seconds`; `chosen_address` waits for
 * the address that it gives itself after a router advertisement.
 */
export const DHCP_CLIENT = `cable() {
  ip netns add client
  ip link add name "$1" type veth peer name c0 address "$2" netns client
  ip link set "$1" up
  ip -n client link set c0 up
}
lease() {
  ip netns exec client busybox udhcpc -i c0 -q -n -f -t 8 -T 1 -O domain -s /run/lease 2>/run/udhcpc ||
    cat /run/udhcpc
}
chosen_address() {
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    ip -n client -6 address show dev c0 scope global | grep inet6 && break
    sleep 0.5
  done
  ip -n client -6 route show default
}
cat >/run/lease <<'EOF'
#!/bin/sh
[ "$1" != bound ] || echo "$ip $subnet $router $dns \${domain:-none} $lease"
EOF
chmod +x /run/lease
`;
