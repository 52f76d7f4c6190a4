# A tap is the host's end of the cable to one guest. Proxmox makes it anew, as a port of a bridge,
# whenever the guest starts. What is to become of it is a line in a file of its name:
#   BRIDGE own CIDR… guest ADDRESS… on DEVICE…
# the host's addresses on it, the guest's, and the devices on which the host answers for those.

TAPS=/run/proxmox-router/taps

# One at a time until the shell ends, so that nobody puts back what another has just taken away.
in_turn() { exec 8>>"$TAPS/.lock" && flock 8; }

# shellcheck disable=SC2034
# LINE: sets `bridge`, `own`, `guest` and `uplinks`.
split_tap() {
  part=bridge bridge='' own='' guest='' uplinks=''
  for word in $1; do
    case $part:$word in
      *:own | *:guest | *:on) part=$word ;;
      bridge:*) bridge=$word ;;
      own:*) own="$own $word" ;;
      guest:*) guest="$guest $word" ;;
      on:*) uplinks="$uplinks $word" ;;
    esac
  done
}

# NAME LINE: what is to be there while the guest runs, by ip(8)'s words.
tap_facts() {
  split_tap "$2"
  for address in $own; do
    case $address in
      fe80:*) printf 'address replace %s dev %s nodad\n' "$address" "$1" ;;
      # Only the guest's own addresses are behind it.
      *:*) printf 'address replace %s dev %s nodad noprefixroute\n' "$address" "$1" ;;
      *) printf 'address replace %s dev %s\n' "$address" "$1" ;;
    esac
  done
  for address in $guest; do
    printf 'route replace %s dev %s proto 213\n' "$address" "$1"
  done
  tap_answers
}

tap_answers() {
  for uplink in $uplinks; do
    for address in $guest; do printf 'neighbour replace proxy %s dev %s\n' "$address" "$uplink"; done
  done
}

# Take away the facts on standard input; those that are gone with the tap are not missed.
withdraw() { sed 's/ replace / del /' | ip -force -batch - >/dev/null 2>&1 || :; }

# KEY DIGIT: whether the kernel has that. Of a longer number there is but one digit to read.
kernel_has() {
  found=
  [ ! -r "/proc/sys/net/$1" ] || read -r found <"/proc/sys/net/$1" || :
  [ "$found" = "$2" ]
}

# KEY DIGIT
set_kernel() { kernel_has "$@" || printf '%s\n' "$2" >"/proc/sys/net/$1"; }

# NAME: no link-local address but the one that is declared.
order_ipv6() {
  if ! kernel_has "ipv6/conf/$1/addr_gen_mode" 1; then
    set_kernel "ipv6/conf/$1/disable_ipv6" 1
    set_kernel "ipv6/conf/$1/addr_gen_mode" 1
  fi
  set_kernel "ipv6/conf/$1/accept_ra" 0
  set_kernel "ipv6/conf/$1/disable_ipv6" 0
}

# NAME: whether another node of the cluster has the guest. One that is migrated live has a tap here for
# as long as its memory takes to come, and waits behind it. Proxmox gives its configuration to this node
# just before it goes on here.
is_elsewhere() {
  case $1 in
    veth*) id=${1#veth} kind=lxc ;;
    *) id=${1#tap} kind=qemu-server ;;
  esac
  id=${id%i*}
  [ ! -e "/etc/pve/$kind/$id.conf" ] || return 1
  set +f
  for config in /etc/pve/nodes/*/"$kind/$id.conf"; do :; done
  set -f
  [ -e "$config" ]
}

# NAME: its Ethernet address, in ip(8)'s words. On each node the same, as guests go on sending to what
# they know from the node before; high, as a bridge takes the lowest one of its ports.
tap_address() {
  id=${1#tap} id=${id#veth}
  nic=${id#*i} id=${id%i*}
  printf 'link set dev %s address fe:%02x:%02x:%02x:%02x:%02x\n' "$1" \
    $((id >> 24 & 255)) $((id >> 16 & 255)) $((id >> 8 & 255)) $((id & 255)) "$nic"
}

# NAME: bring it in order, if it is there and declared. Changes nothing that is in order.
order_tap() {
  [ -r "$TAPS/$1" ] && IFS= read -r line <"$TAPS/$1" || return 0
  split_tap "$line"
  # Another host has the guest now, and answers for it.
  { [ -e "/sys/class/net/$1" ] && ! is_elsewhere "$1"; } || { tap_answers | withdraw; return 0; }
  new='' ordered=0
  kernel_has "ipv4/conf/$1/proxy_arp" 1 || new=yes
  set_kernel "ipv4/conf/$1/forwarding" 1
  # The guest asks for all of its network. It is told what leads somewhere.
  set_kernel "ipv4/conf/$1/proxy_arp" 1
  set_kernel "ipv4/neigh/$1/proxy_delay" 0
  case $own in *:*) order_ipv6 "$1" ;; esac
  {
    if [ -e "/sys/class/net/$1/master" ]; then
      printf 'link set dev %s nomaster\n' "$1"
      tap_address "$1"
    elif [ -n "$new" ]; then
      tap_address "$1"
    fi
    printf 'link set dev %s up\n' "$1"
    tap_facts "$1" "$line"
  } | ip -force -batch - || ordered=$?
  [ -z "$new" ] || announce "$1" "$uplinks" "$guest"
  return $ordered
}
