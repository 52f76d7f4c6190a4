# Atoms of the kernel:
#   nft MEMBER                        the table that is ours, replaced whole
#   link NAME TYPE [ATTRIBUTE VALUE]… a link of ours, marked by its alias
#   address DEVICE CIDR
#   route DEVICE DESTINATION [via GATEWAY]
#   neighbour DEVICE ADDRESS          an address that is answered for
#   sysctl KEY VALUE                  KEY below /proc/sys; what it was comes back with its last owner

# The mark of our routes (ip-route(8), `proto`).
PROTO=213

# A listing without what the kernel changes by itself: the elements of dynamic sets.
steady() {
  awk '/^\t(set|map) / { moving = 0 }
    /^\t\tflags .*(dynamic|timeout)/ { moving = 1 }
    moving && /^\t\telements = / { inside = 1 }
    !inside
    inside && /}$/ { inside = 0 }'
}

# shellcheck disable=SC2086
live_table() { nft -s list table $TABLE 2>/dev/null | steady; }

# MEMBER: how the kernel lists it. It is loaded into a network namespace of its own.
expected_table() {
  # shellcheck disable=SC2016
  unshare -n sh -c 'nft -f "$1" && nft -s list table $2' sh "$GEN/$1" "$TABLE" | steady
}

is_nft() {
  expected_table "$1" >"$WORK/expected" || { printf 'nft: the ruleset does not load\n'; return 1; }
  live_table >"$WORK/live"
  cmp -s "$WORK/expected" "$WORK/live" && return
  printf 'nft: table %s differs: ' "$TABLE"
  diff "$WORK/expected" "$WORK/live" |
    sed -n 's/^<[[:space:]]*/expected "/p; s/^>[[:space:]]*/found "/p' |
    head -n 4 | sed 's/$/"/' | tr '\n' ' '
  printf '\n'
  return 1
}

put_nft() { is_nft "$1" >/dev/null || nft -f "$GEN/$1"; }

# shellcheck disable=SC2086
del_nft() { ! nft list table $TABLE >/dev/null 2>&1 || nft delete table $TABLE; }

foreign_nft() { :; }

link_mark() { get "/sys/class/net/$1/ifalias"; }

is_link() {
  [ -e "/sys/class/net/$1" ] || { printf 'link %s: expected a %s, found none\n' "$1" "$2"; return 1; }
  [ "$(link_mark "$1")" = "proxmox-router:$ID" ] ||
    { printf 'link %s: expected ours, found one of another\n' "$1"; return 1; }
  case $(ip -o link show dev "$1") in
    *'<'*UP*'>'*) ;;
    *) printf 'link %s: expected up, found down\n' "$1"; return 1 ;;
  esac
}

put_link() {
  is_link "$@" >/dev/null && return
  name=$1
  type=$2
  shift 2
  [ -e "/sys/class/net/$name" ] || ip link add name "$name" type "$type" "$@" || return 1
  ip link set dev "$name" alias "proxmox-router:$ID" && ip link set dev "$name" up
}

del_link() {
  [ "$(link_mark "$1")" = "proxmox-router:$ID" ] || return 0
  ports=$(list "/sys/class/net/$1/brif" | tr '\n' ' ')
  if [ -n "$ports" ]; then
    note "link $1 has ports of others and is left: $ports"
    return 0
  fi
  ip link delete dev "$1"
}

foreign_link() {
  [ ! -e "/sys/class/net/$1" ] || [ "$(link_mark "$1")" = "proxmox-router:$ID" ] ||
    printf 'link %s exists already and is not ours: choose another name\n' "$1"
}

is_address() {
  ip -o address show dev "$1" 2>/dev/null | grep -qF " $2 " ||
    { printf 'address %s on %s: expected, not found\n' "$2" "$1"; return 1; }
}

put_address() { is_address "$@" >/dev/null || ip address add "$2" dev "$1"; }

del_address() { ! is_address "$@" >/dev/null || ip address delete "$2" dev "$1"; }

foreign_address() {
  ! is_address "$@" >/dev/null ||
    printf 'address %s is on %s already and is not ours: remove it, or declare another\n' "$2" "$1"
}

family_of() { case $1 in *:*) printf '%s' -6 ;; *) printf '%s' -4 ;; esac; }

# DEVICE DESTINATION [via GATEWAY]…
is_route() {
  [ -n "$(ip "$(family_of "$2")" route show "$2" dev "$1" proto $PROTO ${4:+via "$4"} 2>/dev/null)" ] ||
    { printf 'route %s over %s: expected, not found\n' "$2" "$1${4:+ via $4}"; return 1; }
}

put_route() {
  is_route "$@" >/dev/null && return
  device=$1
  destination=$2
  shift 2
  ip "$(family_of "$destination")" route add "$destination" "$@" dev "$device" proto $PROTO
}

del_route() {
  ! is_route "$@" >/dev/null || ip "$(family_of "$2")" route delete "$2" dev "$1" proto $PROTO
}

# Routes are told apart by their mark.
foreign_route() { :; }

is_neighbour() {
  ip "$(family_of "$2")" neighbour show proxy 2>/dev/null | grep -qF "$2 dev $1 " ||
    { printf 'neighbour %s on %s: expected, not found\n' "$2" "$1"; return 1; }
}

put_neighbour() { is_neighbour "$@" >/dev/null || ip neighbour add proxy "$2" dev "$1"; }

del_neighbour() { ! is_neighbour "$@" >/dev/null || ip neighbour delete proxy "$2" dev "$1"; }

foreign_neighbour() {
  ! is_neighbour "$@" >/dev/null ||
    printf 'neighbour %s is answered for on %s already, and not by us\n' "$2" "$1"
}

# KEY: where it is written down who wants it, and what it was.
shared_of() { printf '%s/shared/%s' "$STATE" "$(printf %s "$1" | tr / %)"; }

is_sysctl() {
  [ -r "/proc/sys/$1" ] || { printf '%s: expected %s, found none\n' "$1" "$2"; return 1; }
  [ "$(get "/proc/sys/$1")" = "$2" ] ||
    { printf '%s: expected %s, found %s\n' "$1" "$2" "$(get "/proc/sys/$1")"; return 1; }
}

put_sysctl() {
  [ -r "/proc/sys/$1" ] || return 1
  shared=$(shared_of "$1")
  mkdir -p "$shared/owners"
  [ -e "$shared/orig" ] || write "$shared/orig" "$(get "/proc/sys/$1")" || return 1
  [ "$(get "$shared/owners/$ID")" = "$2" ] || write "$shared/owners/$ID" "$2" || return 1
  is_sysctl "$@" >/dev/null || printf '%s\n' "$2" >"/proc/sys/$1"
}

del_sysctl() {
  shared=$(shared_of "$1")
  [ -d "$shared" ] || return 0
  rm -f "$shared/owners/$ID"
  [ -z "$(list "$shared/owners")" ] || return 0
  [ ! -w "/proc/sys/$1" ] || [ "$(get "/proc/sys/$1")" = "$(get "$shared/orig")" ] ||
    get "$shared/orig" >"/proc/sys/$1" || return 1
  rm -rf "$shared"
}

foreign_sysctl() {
  for owner in $(list "$(shared_of "$1")/owners"); do
    [ "$owner" = "$ID" ] || [ "$(get "$(shared_of "$1")/owners/$owner")" = "$2" ] ||
      printf '%s: %s wants another value than %s\n' "$1" "$owner" "$2"
  done
}
