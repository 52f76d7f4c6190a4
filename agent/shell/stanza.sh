# Atom in /etc/network/interfaces, in the stanza of a bridge that the Proxmox API makes; the API has no
# words for it, and keeps it as it is:
#   stanza NAME MAC on|off SECONDS    address, or the device that it is taken from; spanning tree;
#                                     forward delay

# Ports of guests, which Debian's ifupdown2 would take off the bridge at each reload.
GUEST_PORTS='^(tap|veth|fwpr|fwln)[0-9]+'

# TEXT: sets `mac` to the address that it is, or to that of the device that it names.
mac_of() {
  case $1 in *:*) mac=$1 ;; *) look "/sys/class/net/$1/address"; mac=$line ;; esac
  [ -n "$mac" ]
}

# NAME: its address, spanning tree, forward delay and ports to keep, as the file has them.
stanza_of() {
  awk -v name="$1" '
    /^[^ \t#]/ { inside = $1 == "iface" && $2 == name && $3 == "inet" }
    inside { key = $1; gsub("_", "-", key); value[key] = $NF }
    END { print value["hwaddress"], value["bridge-stp"], value["bridge-fd"], value["bridge-ports-condone-regex"] }' "$INTERFACES"
}

is_stanza() {
  mac_of "$2" || { printf '%s: expected, not found\n' "$2"; return 1; }
  wanted="$mac $3 $4 $GUEST_PORTS"
  found=$(stanza_of "$1")
  [ "$found" = "$wanted" ] ||
    { printf '%s: %s: expected %s, found %s\n' "$INTERFACES" "$1" "$wanted" "$found"; return 1; }
  found=$(kernel_of "$1")
  wanted="$mac $3 $(hundredths "$4")"
  [ "$found" = "$wanted" ] ||
    { printf 'bridge %s: expected %s, found %s\n' "$1" "$wanted" "$found"; return 1; }
}

# NAME: its address, spanning tree and forward delay in hundredths of a second, as they are in force.
kernel_of() {
  case $(get "/sys/class/net/$1/bridge/stp_state") in 0) stp=off ;; *) stp=on ;; esac
  # An address that nobody has set goes when a port with a lesser one comes.
  case $(get "/sys/class/net/$1/addr_assign_type") in 3) ;; *) printf 'not set, ' ;; esac
  printf '%s %s %s' "$(get "/sys/class/net/$1/address")" $stp "$(get "/sys/class/net/$1/bridge/forward_delay")"
}

hundredths() { printf '%s' $(($(number "$1") * 100)); }

put_stanza() {
  is_stanza "$@" >/dev/null && return
  mac_of "$2" && write_stanza "$1" "$mac" "$3" "$4" && set_mac "$1" "$mac" && set_stp "$1" "$3" "$4"
}

# NAME MAC on|off SECONDS
write_stanza() {
  awk -v name="$1" -v mac="$2" -v stp="$3" -v delay="$4" -v keep="$GUEST_PORTS" '
    /^[^ \t#]/ { inside = $1 == "iface" && $2 == name && $3 == "inet" }
    { key = $1; gsub("_", "-", key) }
    inside && key ~ /^(hwaddress|bridge-stp|bridge-fd|bridge-ports-condone-regex)$/ { next }
    { print }
    inside && key == "bridge-ports" {
      printf "\tbridge-stp %s\n\tbridge-fd %s\n\thwaddress %s\n", stp, delay, mac
      printf "\tbridge-ports-condone-regex %s\n", keep
    }' "$INTERFACES" >"$WORK/interfaces" && set_interfaces "$WORK/interfaces"
}

# NAME MAC: whoever knows the machine there by its old address is told the new one.
set_mac() {
  mac=$(get "/sys/class/net/$1/address")
  [ "$(get "/sys/class/net/$1/addr_assign_type") $mac" != "3 $2" ] || return 0
  # What the kernel has made of the old one, and would not at the next start.
  old=$(ip -6 -o address show dev "$1" scope link | awk '$4 ~ /ff:fe/ { print $4 }')
  before=$(told "$1")
  tell "$1" 1 1
  ip link set dev "$1" address "$2" || return 1
  # shellcheck disable=SC2086
  tell "$1" $before
  mode=/proc/sys/net/ipv6/conf/$1/addr_gen_mode
  [ "$mac" != "$2" ] && [ -n "$old" ] && [ "$(get "$mode")" = 0 ] || return 0
  printf '1\n' >"$mode" && printf '0\n' >"$mode"
  for address in $old; do ip address delete "$address" dev "$1"; done
}

# NAME: whether the kernel tells the neighbours there of a new address, in IPv4 and in IPv6.
told() { printf '%s %s' "$(get "/proc/sys/net/ipv4/conf/$1/arp_notify")" "$(get "/proc/sys/net/ipv6/conf/$1/ndisc_notify")"; }

# NAME 0|1 [0|1]: whether it does.
tell() {
  printf '%s\n' "$2" >"/proc/sys/net/ipv4/conf/$1/arp_notify"
  # There may be no IPv6.
  [ -z "${3-}" ] || printf '%s\n' "$3" >"/proc/sys/net/ipv6/conf/$1/ndisc_notify" 2>/dev/null || :
}

# NAME on|off SECONDS: while it is on, the kernel takes no delay below two seconds.
set_stp() {
  [ "$2" = on ] || ip link set dev "$1" type bridge stp_state 0 || return 1
  ip link set dev "$1" type bridge forward_delay "$(hundredths "$3")" &&
    { [ "$2" = off ] || ip link set dev "$1" type bridge stp_state 1; }
}

# Whether it changes without the API's part in it.
restated() {
  [ -z "$MODE" ] && [ "$(stanzas_of "$OLD")" != "$(stanzas_of "$NEW")" ]
}

stanzas_of() { grep -E '^(stanza|uplink) ' "$1/ops"; }

# It goes with its bridge.
del_stanza() { :; }

foreign_stanza() { mac_of "$2" || printf '%s: expected, not found\n' "$2"; }
