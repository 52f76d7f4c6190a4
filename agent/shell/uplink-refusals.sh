# Why a bridge can not take over what its ports have.

foreign_uplink() {
  bridge=$1 ports=$2 way=$3 method=$4
  shift 4
  gateways=$*
  addresses=$(awk -v name="$bridge" '
    $1 == "bridge" && $2 == name { for (i = 6; i <= NF; i++) { sub("/.*", "", $i); print $i } }' "$NEW/ops")
  for port in $(ports_of "$ports"); do
    master=$(readlink "/sys/class/net/$port/master") || :
    master=${master##*/}
    [ -z "$master" ] || [ "$master" = "$bridge" ] ||
      printf '%s is a port of %s already: take it out there, or leave it out of the ports of %s\n' "$port" "$master" "$bridge"
    stanzas_in "$INTERFACES" "$port" >"$WORK/stanza"
    while read -r key value; do not_taken "$key" "$value"; done <"$WORK/stanza"
    [ "$way" = guarded ] || [ "$master" = "$bridge" ] || ways_over "$port"
  done
  for gateway in $gateways; do
    awk -v bridge="$bridge" -v ports=",$ports," -v gateway="$gateway" '
      /^[^ \t#]/ { name = $1 == "iface" ? $2 : "" }
      $1 == "gateway" && name != bridge && !index(ports, "," name ",") && ($2 ~ /:/) == (gateway ~ /:/) {
        printf "gateway %s of %s: %s leads to another in /etc/network/interfaces, %s: take one of them out\n", gateway, bridge, name, $2
      }' "$INTERFACES"
  done
}

# TEXT LINES: whether it is one of these.
among() { printf '%s\n' "$2" | grep -qxF -- "$1"; }

# KEY VALUE: says why that line of the stanza of $port keeps $bridge from taking it over.
not_taken() {
  case "$way $1 $2" in
    'free method inet dhcp' | *' method inet'*' manual' | 'free method inet'*' static' | 'free gateway '*) ;;
    'free address '*)
      among "${2%/*}" "$addresses" ||
        printf '%s has the address %s: declare it in the addresses of %s, or take it off %s first\n' "$port" "$2" "$bridge" "$port" ;;
    'free method '*)
      printf '%s has "%s" in %s, for which Proxmox has no words on a bridge: make it static first\n' "$port" "$2" "$INTERFACES" ;;
    'guarded address '* | 'guarded method '*' dhcp')
      printf '%s has %s in %s: take it out there, or set allowManagementChange for %s to take it over\n' "$port" "${2#* }" "$INTERFACES" "$bridge" ;;
    *' up '*addr* | *' up '*route* | *-up' '*addr* | *-up' '*route*)
      printf '%s has "%s %s" in %s, which %s would go on to do: take it out first\n' "$port" "$1" "$2" "$INTERFACES" "$port" ;;
  esac
}

# PORT: says which ways of the machine over it $bridge would not have.
ways_over() {
  # shellcheck disable=SC2086
  set -- "$1" ${SSH_CONNECTION-}
  if [ "$method" = static ] && [ -n "${4-}" ] && ! among "$4" "$addresses" && [ -n "$(ip -o address show dev "$1" to "$4")" ]; then
    printf 'this connection came in by %s on %s: declare it in the addresses of %s\n' "$4" "$1" "$bridge"
  fi
  found=$(ip -4 -o address show dev "$1" scope global | awk '{ print $4; exit }')
  [ -z "$found" ] || grep -qE '^(address|method inet dhcp)' "$WORK/stanza" ||
    printf '%s has the address %s, of which %s says nothing: move it there first\n' "$1" "$found" "$INTERFACES"
  # What a router advertises, it advertises to the bridge as well.
  for family in 4 6; do
    found=$(ip -$family -o route show default dev "$1" |
      awk '!/ proto ra / { for (i = 1; i < NF; i++) if ($i == "via") { print $(i + 1); exit } }')
    wanted=
    for gateway in $gateways; do [ "$(family_of "$gateway")" != -$family ] || wanted=$gateway; done
    if [ -z "$wanted" ]; then
      [ -z "$found" ] || [ "$family $method" = '4 dhcp' ] ||
        printf 'the default route over %s leads to %s: declare it in the gateways of %s\n' "$1" "$found" "$bridge"
    elif [ "$wanted" != "$found" ] && [ "$(get "/sys/class/net/$1/operstate")" = up ]; then
      answers "$wanted" "$1" ||
        printf 'gateway %s of %s: nobody on %s answers for it, where the default route is %s\n' "$wanted" "$bridge" "$1" "${found:-none}"
    fi
  done
}

# ADDRESS DEVICE: whether somebody there has it.
answers() {
  ip neighbour flush to "$1" dev "$2" || :
  ip neighbour add "$1" dev "$2" use || :
  sleep 1
  [ -n "$(ip neighbour show to "$1" dev "$2" nud reachable)" ]
} 2>/dev/null
