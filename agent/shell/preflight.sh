# What comes before a change: taking it over, and every reason to refuse it.

# SHA256 DIRECTORY: take over what came over the wire, or refuse it.
stage() {
  cp "$0" "$RUN/txn/agent.sh"
  [ "$1" != none ] || { nothing "$NEW"; return; }
  is_whole "$2/bundle" "$1" || die $CORRUPT "the bundle is damaged"
  unpack "$2/bundle" "$NEW" || die $CORRUPT "the bundle can not be unpacked"
  check_ops "$NEW" || die $CORRUPT "the bundle holds an operation that is not known"
  [ "$(head_of "$NEW" slice)" = "$ID" ] || die $CORRUPT "the bundle is of another slice"
  is_whole "$0" "$(head_of "$NEW" agent)" || die $CORRUPT "the bundle wants another agent"
  count_of "$(head_of "$NEW" confirm)"
  [ "$count" != 0 ] || die $CORRUPT "the bundle gives no time to confirm"
  cp "$2/bundle" "$RUN/txn/bundle"
}

# Every reason not to begin that can be known before.
preflight() {
  [ ! -e "$STATE/panic" ] || die $FOREIGN "the packet filter was taken away by hand; bring it back with: sh $LIB/agent resume"
  owner=$(head_of "$OLD" owner)
  [ -z "$owner" ] || [ ! -s "$NEW/head" ] || [ "$owner" = "$(head_of "$NEW" owner)" ] ||
    die $FOREIGN "slice $ID is $owner's: choose another name, or remove it there first"
  room
  [ ! -e /etc/network/interfaces.new ] ||
    die $FOREIGN "/etc/network/interfaces.new: somebody's changes wait there; apply or revert them"
  without "$NEW" "$OLD" >"$WORK/added"
  # What others own of a setting, or have of a card, matters even if only its value is new.
  grep -E '^(sysctl|vfs|tap|uplink) ' "$NEW/ops" >>"$WORK/added" || :
  foreign=$({ every "$NEW" foreign "$WORK/added"; advertised; claimed; } | sort -u)
  [ -z "$foreign" ] || die $FOREIGN "$foreign"
  rulesets "$NEW" || die $CORRUPT "nft refuses the new ruleset: $(cat "$WORK/nft")"
  rulesets "$OLD" || die $CORRUPT "nft refuses the ruleset to go back to: $(cat "$WORK/nft")"
  case $MODE in
    '') drift=$(differences "$OLD") ;;
    bracket) drift=$(differences_beside_bridges "$OLD") ;;
  esac || die $DRIFT "slice $ID was changed by another hand: $drift"
  deadman
  if [ "$MODE" = bracket ] || { [ ! -s "$NEW/ops" ] && [ -n "$(bridges_of "$OLD")" ]; }; then
    keep_interfaces
    : >"$RUN/txn/api"
  elif restated; then
    keep_interfaces
  fi
}

# Whether the disk takes a generation, and the files that it brings.
room() {
  disk=${STATE%/*}
  [ ! -d "$STATE" ] || disk=$STATE
  # Free blocks, their size in bytes, inodes, free ones.
  # shellcheck disable=SC2046
  set -- $(stat -f -c '%a %S %c %d' "$disk")
  [ $((${1:-0} * ${2:-0} / 1048576)) -ge 16 ] || die $MISSING "less than 16 MiB free in $disk: free some space"
  # Some filesystems do not count them.
  [ "$3" = 0 ] || [ "$4" -ge 1000 ] || die $MISSING "less than 1000 inodes free in $disk: remove some files"
}

# Default routes that live by router advertisements, of which a machine that forwards takes no more:
# they would be lost when they expire, long after the confirmation.
advertised() {
  grep -q '^sysctl net/ipv6/conf/[^ ]*/forwarding 1$' "$NEW/ops" || return 0
  ip -6 route show default proto ra 2>/dev/null |
    awk '{ for (i = 1; i < NF; i++) if ($i == "dev") print $(i + 1) }' | sort -u |
    while read -r device; do
      conf=net/ipv6/conf/$device
      # With 0 it is not the kernel that takes them, and with 2 it goes on.
      [ "$(get "/proc/sys/$conf/accept_ra") $(get "/proc/sys/$conf/forwarding")" = '1 0' ] || continue
      ! grep -qxF "sysctl $conf/accept_ra 2" "$NEW/ops" || continue
      ! grep -qxE "sysctl net/ipv6/conf/(all|$device)/forwarding 1" "$NEW/ops" ||
        printf 'the default route over %s lives by router advertisements, which forwarding would end: name %s in acceptRouterAdvertisements, or set routerAdvertisements of that uplink\n' "$device" "$device"
    done
}

# New addresses that somebody else on the network answers for, which the kernel asks him. Versions of
# iproute2 before 5.16 can not tell it to, and then nobody is asked.
claimed() {
  # A guest that another node of the cluster has is answered for there, and rightly.
  away=$(sed -n 's/^tap \([^ ]*\) .*/\1/p' "$WORK/added" |
    while read -r name; do ! is_elsewhere "$name" || printf ' %s ' "$name"; done)
  awk -v away="$away" '
    FILENAME == ARGV[1] { if ($1 == "tap") for (i = 5; i <= NF; i++) had[$i] = 1; next }
    /^(address|neighbour) / { sub("/.*", "", $3); print $2, $3 }
    $1 == "tap" && !index(away, " " $2 " ") {
      for (on = 5; on <= NF && $on != "on"; on++) if ($on == "guest") first = on + 1
      for (i = first; i < on; i++) for (j = on + 1; j <= NF; j++) if (!($i in had)) print $j, $i
    }' "$OLD/ops" "$WORK/added" | sort -u >"$WORK/asked"
  [ -s "$WORK/asked" ] || return 0
  while read -r device address; do
    ip neighbour flush to "$address" dev "$device"
    ip neighbour add "$address" dev "$device" use || :
  done <"$WORK/asked" >/dev/null 2>&1
  sleep 1
  while read -r device address; do
    mac=$(ip neighbour show to "$address" dev "$device" nud reachable 2>/dev/null |
      sed -n 's/.*lladdr \([^ ]*\).*/\1/p')
    ip neighbour flush to "$address" dev "$device" >/dev/null 2>&1 || :
    # A card of this very machine may be on the same network.
    [ -z "$mac" ] || ip -o link | grep -qF " $mac " ||
      printf 'address %s on %s: %s answers for it already; declare another, or take it away there\n' "$address" "$device" "$mac"
  done <"$WORK/asked"
}

# GENERATION: ask the kernel about its rulesets.
rulesets() {
  sed -n 's/^nft //p; s/^frames [^ ]* //p' "$1/ops" >"$WORK/scripts"
  while read -r script; do nft -c -f "$1/$script" 2>"$WORK/nft" || return 1; done <"$WORK/scripts"
}

# Files that the first change would replace, and a ruleset, are confirmed as they are, so that the
# way back leads to them. That generation goes with the change, whatever becomes of it.
adopt() {
  [ ! -e "$SLICE/confirmed" ] || return 0
  nothing "$WORK/found"
  found=0
  while read -r kind path mode when member <&4; do
    case $kind in
      file) [ -f "$path" ] || continue ;;
      nft) member=$path path=nft; [ -n "$(live_table)" ] || continue ;;
      *) continue ;;
    esac
    found=$((found + 1))
    if [ "$path" = nft ]; then
      printf 'nft files/%s\n' $found >>"$WORK/found/ops"
      { printf 'table %s\ndelete table %s\n' "$TABLE" "$TABLE"; live_table | steady; } >"$WORK/found/files/$found"
    else
      printf 'file %s 0%s %s files/%s\n' "$path" "$(stat -c %a "$path")" "$when" $found >>"$WORK/found/ops"
      cp "$path" "$WORK/found/files/$found"
    fi
  done 4<"$NEW/ops"
  [ $found != 0 ] || return 0
  { cat "$NEW/head"; printf 'adopted yes\n'; } >"$WORK/found/head"
  names_in "$WORK/found/files"
  (cd "$WORK/found" && for part in head ops $names; do
    [ -e "$part" ] || part=files/$part
    printf 'member %s %s\n' "$part" "$(awk 'END { print NR }' "$part")" && awk 1 "$part"
  done) >"$WORK/adopted"
  digest_of "$WORK/adopted"
  target=$digest
  { mkdir -p "$SLICE/gens" && keep_bundle "$WORK/adopted" "$SLICE/gens/1.$target" &&
    write "$SLICE/confirmed" "1 $target"; } || die $MISSING "$STATE can not be written to"
  base="1 $target"
  { open_confirmed "$OLD" && differences "$OLD" >"$WORK/log"; } ||
    die $FOREIGN "what is there already can not be kept: $(cat "$WORK/log")"
}
