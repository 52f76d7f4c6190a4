# Atom of a bridge that the host is reached by, in place of the card that is its port:
#   uplink NAME PORTS guarded|free static|dhcp [GATEWAY]…
# The Proxmox API takes no port that has an address, no second gateway, and knows no lease. So what the
# card has in /etc/network/interfaces leaves its stanza before the API is asked for the bridge, and is
# back there before the API is asked to take the bridge away: one reload moves it, either way. Until then
# the file says what nothing has read yet. What it said before is kept:
#   $SLICE/uplink/interfaces   all of it      $SLICE/uplink/cards   whose stanzas have changed

# GENERATION: the cards that its uplinks take over, a line each.
cards_of() {
  awk '$1 == "uplink" && $4 == "free" { count = split($3, name, ","); for (i = 1; i <= count; i++) print name[i] }' "$1/ops"
}

# FILE CARD: the lines of its stanzas; what begins one as "method FAMILY METHOD".
stanzas_in() {
  awk -v name="$2" '
    /^[^ \t#]/ { inside = $1 == "iface" && $2 == name; if (inside) print "method", $3, $4; next }
    inside && NF && $1 !~ /^#/ { gsub("_", "-", $1); $1 = $1; print }' "$1"
}

# FILE CARD…: the file, with neither addresses nor gateways in their stanzas.
bare() {
  from=$1
  shift
  awk -v names=" $* " '
    /^[^ \t#]/ { inside = $1 == "iface" && index(names, " " $2 " ") }
    inside && $1 == "iface" && $4 != "manual" { print $1, $2, $3, "manual"; next }
    inside && $1 ~ /^(address|netmask|broadcast|network|pointopoint|gateway|metric)$/ { next }
    { print }' "$from"
}

# FILE CARD…: the file, with their stanzas as they are kept.
as_kept() {
  from=$1
  shift
  awk -v names=" $* " '
    FNR == 1 { inside = 0 }
    /^[^ \t#]/ { inside = $1 == "iface" && index(names, " " $2 " "); card = $2 }
    FILENAME == ARGV[1] { if (inside) text[card] = text[card] $0 "\n"; next }
    inside { if (!told[card]++) printf "%s", text[card]; next }
    { print }
    END { for (card in text) if (!told[card]) printf "\n%s", text[card] }' "$SLICE/uplink/interfaces" "$from"
}

# FILE NAME: the file, in which that bridge has a lease.
leased() {
  awk -v name="$2" '
    $1 == "iface" && $2 == name && $3 == "inet" { print $1, $2, $3, "dhcp"; next }
    { print }' "$1"
}

# FILE: put it in the place of the configuration, unless it says the same.
set_interfaces() {
  ! cmp -s "$1" "$INTERFACES" || return 0
  cp -p "$INTERFACES" "$INTERFACES.tmp" && cat "$1" >"$INTERFACES.tmp" && sync "$INTERFACES.tmp" &&
    mv -f "$INTERFACES.tmp" "$INTERFACES" && sync "${INTERFACES%/*}"
}

# What the API is about to read: the machine puts itself back by now.
edit_interfaces() {
  [ -e "$RUN/txn/interfaces" ] || return 0
  cp "$INTERFACES" "$RUN/txn/edited" && give_back && take_over && set_interfaces "$RUN/txn/edited"
}

# A bridge that is no uplink any more returns what it has taken, unless it keeps the card as a port.
give_back() {
  [ -d "$SLICE/uplink" ] || return 0
  ! grep -q '^uplink ' "$NEW/ops" || return 0
  set --
  while read -r card; do
    [ -z "$(awk -v card="$card" '$1 == "bridge" && index("," $3 ",", "," card ",")' "$NEW/ops")" ] || continue
    set -- "$@" "$card"
  done <"$SLICE/uplink/cards"
  as_kept "$INTERFACES" "$@" >"$RUN/txn/edited"
}

take_over() {
  cards=$(cards_of "$NEW")
  [ -n "$cards" ] || return 0
  # shellcheck disable=SC2086
  bare "$INTERFACES" $cards >"$RUN/txn/edited"
  ! cmp -s "$RUN/txn/edited" "$INTERFACES" || return 0
  # What an earlier attempt has left.
  grep -q '^uplink ' "$OLD/ops" || rm -rf "$SLICE/uplink"
  mkdir -p "$SLICE/uplink" || return 1
  [ -e "$SLICE/uplink/interfaces" ] || cp -p "$INTERFACES" "$SLICE/uplink/interfaces" || return 1
  { cat "$SLICE/uplink/cards" 2>/dev/null; printf '%s\n' "$cards"; } | sort -u >"$WORK/cards"
  cp "$WORK/cards" "$SLICE/uplink/cards" &&
    sync "$SLICE/uplink/interfaces" "$SLICE/uplink/cards" "$SLICE/uplink" "$SLICE"
}

# CARD: whether a DHCP client of ifupdown2's asks for an address on it.
asks() { look "/run/dhclient.$1.pid"; [ -n "$line" ] && [ -e "/proc/$line" ]; }

is_uplink() {
  bridge=$1 method=$4
  for port in $(ports_of "$2"); do
    found=$(stanzas_in "$INTERFACES" "$port" | grep -E '^(address|gateway|method inet6? (static|dhcp)) ?' | head -n 1)
    [ -z "$found" ] || { printf '%s: %s: expected neither address nor gateway, found %s\n' "$INTERFACES" "$port" "$found"; return 1; }
    ! asks "$port" || { printf '%s: expected no DHCP client, found one\n' "$port"; return 1; }
  done
  shift 4
  if [ "$method" = dhcp ]; then
    stanzas_in "$INTERFACES" "$bridge" | grep -qx 'method inet dhcp' ||
      { printf '%s: %s: expected inet dhcp, not found\n' "$INTERFACES" "$bridge"; return 1; }
    [ -n "$(ip -4 -o address show dev "$bridge" scope global)" ] ||
      { printf 'bridge %s: expected a lease, found none\n' "$bridge"; return 1; }
  fi
  for gateway in "$@"; do
    [ -n "$(ip "$(family_of "$gateway")" route show default via "$gateway" dev "$bridge")" ] ||
      { printf 'default route via %s over %s: expected, not found\n' "$gateway" "$bridge"; return 1; }
  done
}

put_uplink() {
  ! is_uplink "$@" >/dev/null || return 0
  # A reload leaves it running, and it would have the lease on the card again.
  for port in $(ports_of "$2"); do
    ! asks "$port" || { dhclient -x -pf "/run/dhclient.$port.pid" "$port"; ip -4 address flush dev "$port"; } >/dev/null 2>&1 || return 1
  done
  # shellcheck disable=SC2046
  bare "$INTERFACES" $(ports_of "$2") >"$WORK/bare"
  if [ "$4" = dhcp ]; then leased "$WORK/bare" "$1"; else cat "$WORK/bare"; fi >"$WORK/declared"
  # Whoever asks for a lease goes on asking.
  [ "$4" = static ] || ! cmp -s "$WORK/declared" "$INTERFACES" || return 0
  set_interfaces "$WORK/declared" || return 1
  reload_network || printf 'ifreload: %s\n' "$(tail -n 3 "$WORK/reload" | tr '\n' ' ')"
}

# The API has printed the rest of the file in its own way: where that is all, it is again as it was.
del_uplink() {
  [ -d "$SLICE/uplink" ] || return 0
  : >"$WORK/none"
  others_of "$INTERFACES" "$WORK/none" >"$WORK/others"
  ! others_of "$SLICE/uplink/interfaces" "$WORK/none" | cmp -s "$WORK/others" ||
    set_interfaces "$SLICE/uplink/interfaces" || return 1
  rm -rf "$SLICE/uplink"
}
