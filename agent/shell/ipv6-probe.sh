# Finds out what the provider does with IPv6 addresses that this machine does not have yet. Needs UPLINK,
# a device; ROUTED and ON_LINK, two addresses that nobody has; and TARGETS, addresses outside.
#
# An address on the loopback device alone is answered for on no network: what comes back to it was
# routed. Nothing lasts, even if this is killed: both addresses expire, and the table ends with nft.

die() {
  printf '%s\n' "$*" >&2
  exit 1
}

tidy() {
  ip -6 address delete "$ROUTED/128" dev lo || :
  ip -6 address delete "$ON_LINK/128" dev "$UPLINK" || :
  kill "$keeper" || :
} 2>/dev/null

# ADDRESS DEVICE: never chosen as the source of anything else.
borrow() { ip -6 address replace "$1/128" dev "$2" nodad noprefixroute preferred_lft 0 valid_lft 30; }

# SOURCE TARGET: whether it answers one of three.
answers() {
  for _ in 1 2 3; do
    ! ping -6 -n -q -c 1 -W 1 -I "$1" "$2" >/dev/null 2>&1 || return 0
  done
  return 1
}

# Behind a rule that masquerades, each address would look as if it worked: these two keep theirs.
keep_sources() {
  {
    printf 'add table ip6 proxmox_router_probe { flags owner; }\n'
    printf 'add chain ip6 proxmox_router_probe out { type nat hook postrouting priority 90; }\n'
    for one in "$ROUTED" "$ON_LINK"; do
      printf 'add rule ip6 proxmox_router_probe out ip6 saddr %s snat to %s\n' "$one" "$one"
    done
    exec sleep 30
  } 2>/dev/null | nft -i >/dev/null 2>&1 &
  keeper=$!
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    ! nft list table ip6 proxmox_router_probe 2>/dev/null | grep -q "$ON_LINK" || return 0
    sleep 0.1
  done
  die "nft: no table of its own for the probe"
}

# Sets `own`, `gateway` and `target`.
look_around() {
  own=$(ip -6 -o address show dev "$UPLINK" scope global |
    awk '!/ (tentative|deprecated|dadfailed|temporary) / && $4 !~ /^f[cd]/ { sub("/.*", "", $4); print $4; exit }')
  [ -n "$own" ] || { printf 'found no-address\n'; exit; }
  printf 'own %s\n' "$own"
  route=$(ip -6 route show default dev "$UPLINK")
  [ -n "$route" ] || { printf 'found no-route\n'; exit; }
  gateway=$(printf '%s\n' "$route" | sed -n 's/.*via \([^ ]*\).*/\1/p; q')
  case $gateway in
    fe80:*) gateway=$gateway%$UPLINK ;;
  esac
  target=
  for one in $TARGETS $gateway; do
    if answers "$own" "$one"; then
      target=$one
      break
    fi
    printf 'silent %s\n' "$one"
  done
  [ -n "$target" ] || { printf 'found silence\n'; exit; }
  printf 'target %s\n' "$target"
}

# Read as a whole before anything runs.
main() {
  set -euf
  export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
  for program in ip nft ping; do
    command -v "$program" >/dev/null || die "$program: not found; install iproute2, nftables and iputils-ping"
  done
  [ -e "/sys/class/net/$UPLINK" ] || die "$UPLINK: there is no such device"
  look_around
  keeper=
  trap tidy EXIT
  trap 'exit 1' HUP INT PIPE TERM
  keep_sources
  borrow "$ROUTED" lo
  if answers "$ROUTED" "$target"; then
    printf 'found routed\n'
    exit
  fi
  borrow "$ON_LINK" "$UPLINK"
  if answers "$ON_LINK" "$target"; then
    printf 'found on-link\n'
  else
    printf 'found neither\n'
  fi
}

main
