# Atoms of the kernel:
#   address DEVICE CIDR
#   route DEVICE DESTINATION [via GATEWAY]
#   unreachable DESTINATION           a network of which nothing is led anywhere but what has a way
#   neighbour DEVICE ADDRESS          an address that is answered for
#   sysctl KEY VALUE                  KEY below /proc/sys; what it was comes back with its last owner

# The mark of our routes (ip-route(8), `proto`).
PROTO=213

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

# DESTINATION [FILTER…]: the routes to it.
routes_to() {
  destination=$1
  shift
  ip "$(family_of "$destination")" route show "$destination" "$@" 2>/dev/null
}

# DEVICE DESTINATION [via GATEWAY]
is_route() {
  found=$(routes_to "$2" dev "$1" proto $PROTO)
  case $found in
    *" via ${4-} "*) [ $# = 4 ] ;;
    '' | *' via '*) false ;;
    *) [ $# = 2 ] ;;
  esac || { printf 'route %s over %s: expected, found %s\n' "$2" "$1${4:+ via $4}" "${found:-none}"; return 1; }
}

put_route() {
  is_route "$@" >/dev/null && return
  device=$1
  destination=$2
  shift 2
  # A route of ours to the same network gives way in the same moment.
  way=add
  [ -z "$(routes_to "$destination" proto $PROTO)" ] || way=replace
  ip "$(family_of "$destination")" route $way "$destination" "$@" dev "$device" proto $PROTO
}

del_route() {
  ! is_route "$@" >/dev/null || ip "$(family_of "$2")" route delete "$2" dev "$1" proto $PROTO
}

# A route with a metric of its own stands beside ours.
foreign_route() {
  ! awk -v to="$2" '$1 == "route" && $3 == to { found = 1 } END { exit !found }' "$OLD/ops" || return 0
  found=$(routes_to "$2" | grep -v ' metric ' | head -n 1)
  [ -z "$found" ] || printf 'route %s exists already and is not ours: remove it, or declare another\n' "$found"
}

is_unreachable() {
  [ -n "$(routes_to "$1" type unreachable proto $PROTO)" ] ||
    { printf 'route unreachable %s: expected, not found\n' "$1"; return 1; }
}

# Any other way there comes first.
put_unreachable() {
  is_unreachable "$1" >/dev/null ||
    ip "$(family_of "$1")" route add unreachable "$1" metric 4278198272 proto $PROTO
}

del_unreachable() {
  ! is_unreachable "$1" >/dev/null || ip "$(family_of "$1")" route delete unreachable "$1" proto $PROTO
}

foreign_unreachable() {
  grep -qxF "unreachable $1" "$OLD/ops" || ! is_unreachable "$1" >/dev/null ||
    printf 'route unreachable %s exists already and is not ours: remove it, or declare another\n' "$1"
}

is_neighbour() {
  ip "$(family_of "$2")" neighbour show proxy 2>/dev/null |
    awk -v to="$2" -v device="$1" '$1 == to && $3 == device { found = 1 } END { exit !found }' ||
    { printf 'neighbour %s on %s: expected, not found\n' "$2" "$1"; return 1; }
}

put_neighbour() { is_neighbour "$@" >/dev/null || ip neighbour add proxy "$2" dev "$1"; }

del_neighbour() { ! is_neighbour "$@" >/dev/null || ip neighbour delete proxy "$2" dev "$1"; }

foreign_neighbour() {
  ! is_neighbour "$@" >/dev/null ||
    printf 'neighbour %s is answered for on %s already, and not by us\n' "$2" "$1"
}

# KEY: sets `shared` to where it is written down who wants it, and what it was.
shared_of() {
  swap "$1" / %
  shared=$STATE/shared/$text
}

# KEY VALUE: a machine without IPv6 has it disabled everywhere.
needless() { [ "${1##*/} $2" = 'disable_ipv6 1' ] && [ ! -e /proc/sys/net/ipv6 ]; }

is_sysctl() {
  ! needless "$@" || return 0
  [ -r "/proc/sys/$1" ] || { printf '%s: expected %s, found none\n' "$1" "$2"; return 1; }
  look "/proc/sys/$1"
  [ "$line" = "$2" ] || { printf '%s: expected %s, found %s\n' "$1" "$2" "$line"; return 1; }
}

put_sysctl() {
  ! needless "$@" || return 0
  [ -r "/proc/sys/$1" ] || return 1
  shared_of "$1"
  [ -d "$shared/owners" ] || mkdir -p "$shared/owners"
  names_in "$shared/owners"
  if [ ! -e "$shared/orig" ] || [ -z "$names" ]; then
    write "$shared/orig" "$(get "/proc/sys/$1")" || return 1
  fi
  # Half of an owner must not look like one.
  look "$shared/owners/$ID"
  [ "$line" = "$2" ] ||
    { write "$shared/owner" "$2" && mv -f "$shared/owner" "$shared/owners/$ID"; } || return 1
  is_sysctl "$@" >/dev/null || printf '%s\n' "$2" >"/proc/sys/$1"
}

del_sysctl() {
  shared_of "$1"
  [ -d "$shared" ] || return 0
  names_in "$shared/owners"
  [ -e "$shared/owners/$ID" ] || [ -z "$names" ] || return 0
  # Not even a disk that takes nothing keeps the value.
  case $names in
    "$ID " | '')
      [ ! -w "/proc/sys/$1" ] || [ ! -e "$shared/orig" ] || [ "$(get "/proc/sys/$1")" = "$(get "$shared/orig")" ] ||
        get "$shared/orig" >"/proc/sys/$1" || return 1
      rm -rf "$shared" || :
      rmdir "$STATE/shared" 2>/dev/null || :
      ;;
    *) rm -f "$shared/owners/$ID" || : ;;
  esac
}

# GENERATION: give up what this slice holds of settings that are not in it any more.
forgo() {
  names_in "$STATE/shared"
  for one in $names; do
    swap "$one" % /
    if [ -e "$STATE/shared/$one/owners/$ID" ] && ! grep -qF "sysctl $text " "$1/ops"; then
      del_sysctl "$text"
    fi
  done
}

foreign_sysctl() {
  shared_of "$1"
  names_in "$shared/owners"
  for owner in $names; do
    [ "$owner" = "$ID" ] || [ "$(get "$shared/owners/$owner")" = "$2" ] ||
      printf '%s: %s wants another value than %s\n' "$1" "$owner" "$2"
  done
}
