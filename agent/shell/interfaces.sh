# Atom that the Proxmox API makes, and this agent only watches over:
#   bridge NAME PORTS guarded|free SUM [CIDR]…    PORTS joined by commas, or none; SUM names all that
#                                                 the API is told; the addresses are the host's own
# The API writes /etc/network/interfaces and reloads the whole network with each of them. While such a
# change is open the file of before is kept, and the way back leads to it: `interfaces` in $RUN/txn, and the
# names in it that are ours in `bridges`.

INTERFACES=/etc/network/interfaces

# The API writes, reloads, and answers, all of it within its client's patience of 100 s.
API_SECONDS=150

# GENERATION: the bridges in it, a line each.
bridges_of() { sed -n 's/^bridge \([^ ]*\) .*/\1/p' "$1/ops"; }

ports_of() { [ "$1" = none ] || printf '%s' "$1" | tr , ' '; }

is_bridge() {
  [ -d "/sys/class/net/$1/bridge" ] || { printf 'bridge %s: expected, not found\n' "$1"; return 1; }
  case $(ip -o link show dev "$1") in
    *'<'*UP*'>'*) ;;
    *) printf 'bridge %s: expected up, found down\n' "$1"; return 1 ;;
  esac
  for port in $(ports_of "$2"); do
    [ -e "/sys/class/net/$1/brif/$port" ] || { printf 'bridge %s: expected port %s, not found\n' "$1" "$port"; return 1; }
  done
  for port in $(list "/sys/class/net/$1/brif"); do
    # Guests come and go; a card is somebody's decision.
    case ",$2," in *",$port,"*) continue ;; esac
    [ ! -e "/sys/class/net/$port/device" ] || { printf 'bridge %s: expected no port %s, found it\n' "$1" "$port"; return 1; }
  done
  grep -qE "^iface[[:space:]]+$1[[:space:]]" "$INTERFACES" ||
    { printf '%s: expected bridge %s, found none\n' "$INTERFACES" "$1"; return 1; }
  bridge=$1
  shift 4
  for address in "$@"; do is_address "$bridge" "$address" || return 1; done
}

put_bridge() {
  is_bridge "$@" && return
  printf 'the Proxmox API has it otherwise: run pulumi up --refresh\n'
  return 1
}

del_bridge() {
  [ ! -e "$RUN/txn/api" ] || [ ! -e "/sys/class/net/$1" ] || { printf 'bridge %s is still there\n' "$1"; return 1; }
}

foreign_bridge() {
  [ "$MODE" = bracket ] || return 0
  [ ! -e "/sys/class/net/$1" ] && ! grep -qsE "^iface[[:space:]]+$1[[:space:]]" "$INTERFACES" ||
    printf 'bridge %s exists already and is not ours: choose another name, or remove it\n' "$1"
  taken=
  [ "$3" != free ] || taken=$2
  shift 4
  for address in "$@"; do
    found=$(ip -o address show to "${address%/*}" | awk '{ print $2; exit }')
    case ",$taken," in *",${found:-none},"*) continue ;; esac
    [ -z "$found" ] || printf 'address %s is on %s already: declare another\n' "$address" "$found"
  done
}

# GENERATION: what differs of it that the API has no part in, and that does not go with its bridges.
differences_beside_bridges() {
  mkdir -p "$WORK/beside"
  ln -sfn "$1/files" "$WORK/beside/files"
  awk '
    $1 == "bridge" { ours[$2] = 1; next }
    { split($2, part, "/") }
    !($2 in ours) && !($1 == "sysctl" && part[4] in ours)' "$1/ops" >"$WORK/beside/ops"
  differences "$WORK/beside"
}

# Refuse a bridge that takes what the machine is reached by, if nobody has allowed that, or a radio.
spare_ways_in() {
  ways_in >"$WORK/ways"
  while read -r kind name ports way _; do
    [ "$kind" = bridge ] || continue
    for port in $(ports_of "$ports"); do
      # Its access point takes frames from its own address only.
      [ ! -e "/sys/class/net/$port/phy80211" ] ||
        die $FOREIGN "$port is wireless and can not be a port of $name: leave it out, and route to it"
      [ "$way" = guarded ] || continue
      [ ! -e "/sys/class/net/$name/brif/$port" ] || continue
      ! grep -qxF -- "$port" "$WORK/ways" ||
        die $FOREIGN "$port is what this machine is reached by: leave it out of the ports of $name, or set allowManagementChange"
    done
  done <"$NEW/ops"
}

# Keep what is about to change.
keep_interfaces() {
  command -v ifreload >/dev/null || die $MISSING "ifreload: not found; install ifupdown2"
  { bridges_of "$NEW"; bridges_of "$OLD"; cards_of "$NEW"; cat "$SLICE/uplink/cards" 2>/dev/null || :; } |
    sort -u >"$RUN/txn/bridges"
  cp -p "$INTERFACES" "$RUN/txn/interfaces" || die $MISSING "$INTERFACES: can not be read"
  [ "$MODE" != alone ] || : >"$RUN/txn/alone"
  spare_ways_in
}

# Ask the API to take our bridges away.
unmake_bridges() {
  for bridge in $(bridges_of "$OLD"); do
    pvesh delete "/nodes/$(hostname)/network/$bridge" >&2
  done
  pvesh set "/nodes/$(hostname)/network" >&2
}

# A DHCP client that it starts has to outlive the unit that this is.
reload_network() {
  set -- ifreload -a
  [ ! -d /run/systemd/system ] || set -- systemd-run --scope --quiet "$@"
  "$@" >"$WORK/reload" 2>&1 9>&-
}

reloading() (
  set +f
  grep -qsx ifreload /proc/[0-9]*/comm
)

# Says why not, if the API is not done with the open change.
api_done() {
  ! cmp -s "$RUN/txn/edited" "$INTERFACES" || { printf '%s is as before' "$INTERFACES"; return 1; }
  ! reloading || { printf 'the network is still being reloaded'; return 1; }
  [ ! -e "$INTERFACES.new" ] || { printf '%s.new was not applied' "$INTERFACES"; return 1; }
  for bridge in $(bridges_of "$OLD"); do
    grep -q "^bridge $bridge " "$NEW/ops" || [ ! -e "/sys/class/net/$bridge" ] ||
      { printf 'bridge %s: expected none, found it' "$bridge"; return 1; }
  done
  grep '^bridge ' "$NEW/ops" >"$WORK/bridges" || :
  while read -r _ name rest; do
    # shellcheck disable=SC2086
    is_bridge "$name" $rest || return 1
  done <"$WORK/bridges"
}

# Until the API has made its part of the change; says what is missing if that does not come.
await_api() {
  [ -e "$RUN/txn/api" ] || return 0
  [ ! -e "$RUN/txn/alone" ] || unmake_bridges || return 1
  until missing=$(api_done); do
    [ $(($(now) - $(number "$(get "$RUN/txn/begun")"))) -lt $((API_SECONDS - 10)) ] ||
      { printf 'the Proxmox API did not make its part of the change: %s\n' "$missing"; return 1; }
    sleep 0.2
  done
}

# FILE BRIDGES: its lines in no order, without comments and without those bridges.
others_of() {
  awk -v names="$(tr '\n' ' ' <"$2")" '
    BEGIN { count = split(names, list); for (i = 1; i <= count; i++) ours[list[i]] = 1 }
    /^[ \t]*(#|$)/ { next }
    $1 == "auto" || $1 ~ /^allow-/ { inside = 0; for (i = 2; i <= NF; i++) if (!($i in ours)) print $1, $i; next }
    /^[^ \t]/ { inside = $1 == "iface" && $2 in ours }
    !inside { $1 = $1; print }' "$1" | sort
}

# DIRECTORY: put the file that is kept there back, and drop what the API was about to apply. What
# somebody else has changed meanwhile is not lost. Fails if there was nothing to put back.
old_interfaces() {
  others_of "$1/interfaces" "$1/bridges" >"$WORK/others"
  if [ -e "$INTERFACES.new" ]; then
    if others_of "$INTERFACES.new" "$1/bridges" | cmp -s "$WORK/others"; then
      rm -f "$INTERFACES.new"
    else
      note "$INTERFACES.new holds changes of somebody else and is left"
    fi
  fi
  ! cmp -s "$1/interfaces" "$INTERFACES" || return 1
  if ! others_of "$INTERFACES" "$1/bridges" | cmp -s "$WORK/others"; then
    cp -p "$INTERFACES" "$INTERFACES.undone"
    note "$INTERFACES held changes of somebody else: they are in $INTERFACES.undone"
  fi
  cp -p "$1/interfaces" "$INTERFACES.tmp" && sync "$INTERFACES.tmp" && mv -f "$INTERFACES.tmp" "$INTERFACES" &&
    sync "${INTERFACES%/*}"
}

# The network of before the API's part of the change.
interfaces_back() {
  [ -e "$RUN/txn/interfaces" ] || return 0
  tries=0
  while reloading && [ $tries -lt 150 ]; do
    tries=$((tries + 1))
    sleep 0.2
  done
  old_interfaces "$RUN/txn" || [ "$(state)" = BROKEN ] || return 0
  # ifupdown2 would set the delay first, which the kernel refuses as long as it looks for loops.
  while read -r bridge; do [ ! -d "/sys/class/net/$bridge/bridge" ] || set_stp "$bridge" off 0; done <"$RUN/txn/bridges"
  reload_network || note "ifreload: $(tail -n 3 "$WORK/reload" | tr '\n' ' ')"
}
