# What comes before a change: taking it over, and every reason to refuse it.

# SHA256 DIRECTORY: take over what came over the wire, or refuse it.
stage() {
  cp "$0" "$RUN/txn/agent.sh"
  [ "$1" != none ] || { nothing "$NEW"; return; }
  [ "$(checksum "$2/bundle")" = "$1" ] || die $CORRUPT "the bundle is damaged"
  unpack "$2/bundle" "$NEW" || die $CORRUPT "the bundle can not be unpacked"
  check_ops "$NEW" || die $CORRUPT "the bundle holds an operation that is not known"
  [ "$(head_of "$NEW" slice)" = "$ID" ] || die $CORRUPT "the bundle is of another slice"
  [ "$(head_of "$NEW" agent)" = "$(checksum "$0")" ] || die $CORRUPT "the bundle wants another agent"
  [ "$(number "$(head_of "$NEW" confirm)")" != 0 ] || die $CORRUPT "the bundle gives no time to confirm"
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
  without "$NEW" "$OLD" "$WORK/added"
  # What others own of a setting, or have of a card, matters even if only its value is new.
  grep -E '^(sysctl|vfs) ' "$NEW/ops" >>"$WORK/added/ops" || :
  foreign=$(every "$WORK/added" foreign | sort -u)
  [ -z "$foreign" ] || die $FOREIGN "$foreign"
  rulesets "$NEW" || die $CORRUPT "nft refuses the new ruleset: $(cat "$WORK/nft")"
  rulesets "$OLD" || die $CORRUPT "nft refuses the ruleset to go back to: $(cat "$WORK/nft")"
  case $MODE in
    '') drift=$(differences "$OLD") ;;
    bracket) drift=$(differences_beside_bridges "$OLD") ;;
  esac || die $DRIFT "slice $ID was changed by another hand: $drift"
  deadman >/dev/null
  if [ "$MODE" = bracket ] || { [ ! -s "$NEW/ops" ] && [ -n "$(bridges_of "$OLD")" ]; }; then keep_interfaces; fi
}

# Whether the disk takes a generation, and the files that it brings.
room() {
  disk=${STATE%/*}
  [ ! -d "$STATE" ] || disk=$STATE
  free=$(df -Pk "$disk" | awk 'NR == 2 { print $4 }')
  [ "${free:-0}" -ge 16384 ] || die $MISSING "less than 16 MiB free in $disk: free some space"
  # Some filesystems do not count them.
  free=$(df -Pi "$disk" | awk 'NR == 2 { if ($2 > 0) print $4; else print 1000 }')
  [ "${free:-0}" -ge 1000 ] || die $MISSING "less than 1000 inodes free in $disk: remove some files"
}

# GENERATION: ask the kernel about its ruleset.
rulesets() {
  member=$(sed -n 's/^nft //p' "$1/ops")
  [ -z "$member" ] || nft -c -f "$1/$member" 2>"$WORK/nft"
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
      { printf 'table %s\ndelete table %s\n' "$TABLE" "$TABLE"; live_table; } >"$WORK/found/files/$found"
    else
      printf 'file %s 0%s %s files/%s\n' "$path" "$(stat -c %a "$path")" "$when" $found >>"$WORK/found/ops"
      cp "$path" "$WORK/found/files/$found"
    fi
  done 4<"$NEW/ops"
  [ $found != 0 ] || return 0
  { cat "$NEW/head"; printf 'adopted yes\n'; } >"$WORK/found/head"
  (cd "$WORK/found" && for member in head ops $(list files | sed 's/^/files\//'); do
    printf 'member %s %s\n' "$member" "$(awk 'END { print NR }' "$member")" && awk 1 "$member"
  done) >"$WORK/adopted"
  target=$(checksum "$WORK/adopted")
  { mkdir -p "$SLICE/gens" && keep_bundle "$WORK/adopted" "$SLICE/gens/1.$target" &&
    write "$SLICE/confirmed" "1 $target"; } || die $MISSING "$STATE can not be written to"
  base="1 $target"
  { open_confirmed "$OLD" && differences "$OLD" >"$WORK/log"; } ||
    die $FOREIGN "what is there already can not be kept: $(cat "$WORK/log")"
}
