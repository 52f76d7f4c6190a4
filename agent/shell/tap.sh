# Atom of a guest that is reached over a route of its own:
#   tap NAME BRIDGE own CIDR… guest ADDRESS… on DEVICE…    what is to become of its tap (tap-order.sh);
#                                                         a guest that does not run has none

is_tap() {
  name=$1
  shift
  [ "$(get "$TAPS/$name")" = "$*" ] || { printf 'tap %s: expected to be followed, it is not\n' "$name"; return 1; }
  { [ -e "/sys/class/net/$name" ] && ! is_elsewhere "$name"; } || return 0
  # It may have been made a moment ago.
  tap_in_order "$name" "$*" >/dev/null || { sleep 1; tap_in_order "$name" "$*"; }
}

# NAME LINE
tap_in_order() {
  [ ! -e "/sys/class/net/$1/master" ] || { printf 'tap %s: expected on no bridge, found on one\n' "$1"; return 1; }
  is_sysctl "net/ipv4/conf/$1/forwarding" 1 && is_sysctl "net/ipv4/conf/$1/proxy_arp" 1 || return 1
  split_tap "$2"
  for address in $own; do is_address "$1" "$address" || return 1; done
  for address in $guest; do
    is_route "$1" "$address" || return 1
    for uplink in $uplinks; do is_neighbour "$uplink" "$address" || return 1; done
  done
}

put_tap() {
  name=$1
  shift
  [ -d "$TAPS" ] || mkdir -p "$TAPS"
  (in_turn && declare_tap "$name" "$*")
}

del_tap() {
  name=$1
  shift
  [ ! -d "$TAPS" ] || (in_turn && release_tap "$name" "$*")
  rmdir_taps
}

# Nobody is followed any more.
rmdir_taps() {
  [ -d "$TAPS" ] || return 0
  names_in "$TAPS"
  case $names in '' | '.lock ' | '.facts .lock ' | '.lock .facts ') rm -rf "$TAPS" ;; esac
}

foreign_tap() {
  name=$1
  shift
  [ ! -e "$TAPS/$name" ] || grep -q "^tap $name " "$OLD/ops" ||
    printf 'tap %s is led to another guest already: one slice has it\n' "$name"
  split_tap "$*"
  for address in $guest; do
    ! grep -qE "^tap .* $address( |\$)" "$OLD/ops" || continue
    found=$(routes_to "$address" | grep -v ' metric ' | head -n 1)
    [ -z "$found" ] || printf 'route %s exists already and is not ours: remove it, or declare another\n' "$found"
  done
}

# NAME LINE: from now on that is what becomes of it.
declare_tap() {
  was=
  [ ! -r "$TAPS/$1" ] || IFS= read -r was <"$TAPS/$1"
  printf '%s\n' "$2" >"$TAPS/.$1" && mv -f "$TAPS/.$1" "$TAPS/$1" || return 1
  if [ -n "$was" ] && [ "$was" != "$2" ]; then
    tap_facts "$1" "$2" >"$TAPS/.facts"
    tap_facts "$1" "$was" | grep -vxF -f "$TAPS/.facts" | withdraw
  fi
  order_tap "$1"
}

# DIRECTORY NAME KEY
set_default() { cat "/proc/sys/net/$1/default/$3" >"/proc/sys/net/$1/$2/$3"; }

# NAME LINE: leave it to Proxmox again, as it makes them.
release_tap() {
  rm -f "$TAPS/$1" "$TAPS/.$1.comes"
  split_tap "$2"
  tap_facts "$1" "$2" | withdraw
  [ -e "/sys/class/net/$1" ] || return 0
  set_default ipv4/conf "$1" forwarding
  set_default ipv4/conf "$1" proxy_arp
  set_default ipv4/neigh "$1" proxy_delay
  case $own in
    *:*)
      set_kernel "ipv6/conf/$1/disable_ipv6" 1
      set_default ipv6/conf "$1" addr_gen_mode
      set_default ipv6/conf "$1" accept_ra
      ;;
  esac
  [ ! -d "/sys/class/net/$bridge/bridge" ] || ip link set dev "$1" master "$bridge"
}
