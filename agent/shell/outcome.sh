# How a transaction ends: confirmed, or rolled back.

# SLICE SHA256: keep the change. Comes over a connection that did not exist before it.
confirm() {
  # The connection may be cut by what follows.
  trap '' HUP PIPE
  slice "$1"
  lock 10 || die $BUSY "busy: another program holds $RUN/lock"
  if [ ! -d "$TXN" ] || [ "$(get "$TXN/target") $(get "$TXN/slice")" != "$2 $ID" ]; then
    base=$(confirmed)
    [ "${base#* }" != "$2" ] || { printf 'COMMITTED %s\n' "$base"; return; }
    die $CLOSED "$(verdict)"
  fi
  [ "$(get "$TXN/boot")" = "$(boot_id)" ] || die $CLOSED "the machine has been restarted meanwhile"
  [ "$(left)" -gt 0 ] || die $CLOSED "the time to confirm is over"
  [ "$(state)" = APPLIED ] || die $CLOSED "nothing to confirm: state $(state)"
  new_connection || die $STALE "not a new connection: $newness"
  PHASE=live
  wrong=$(every "$NEW" is) || {
    write "$TXN/reason" "changed by another hand before it was confirmed: $(printf %s "$wrong" | tr '\n' ';')"
    die $CLOSED "$(get "$TXN/reason")"
  }
  write "$TXN/state" CONFIRMING || die $MISSING "$STATE can not be written to"
  PHASE=boot
  each "$NEW" put >"$WORK/log" 2>&1 || die $FAILED "$(cat "$WORK/log")"
  if [ "$2" = none ]; then
    # Removing the pointer is the commit of an empty generation.
    rm -f "$SLICE/confirmed" && sync "$SLICE"
  else
    write "$SLICE/confirmed" "$(get "$TXN/number") $2"
  fi || die $MISSING "$STATE can not be written to"
  printf 'COMMITTED %s %s\n' "$(get "$TXN/number")" "$2"
  finish
}

# The commit is made: take away what only the generation before had.
finish() {
  without "$OLD" "$NEW" "$WORK/superseded"
  CHANGED=yes
  every "$WORK/superseded" del || note "slice $ID: something of the generation before is left"
  [ ! -s "$WORK/superseded/ops" ] || every "$NEW" put || :
  kept | tail -n +6 | tr ' ' . | while read -r old; do rm -f "$SLICE/gens/$old"; done
  if [ "$(get "$TXN/target")" = none ]; then
    rm -rf "$SLICE"
  else
    install_units
    adopt_agent "$(head_of "$NEW" agent)"
  fi
  close
  uninstall_unless_used
}

# Whether the commit pointer has moved already.
committed() {
  if [ "$(get "$TXN/target")" = none ]; then
    [ ! -e "$SLICE/confirmed" ]
  else
    [ "$(confirmed)" = "$(get "$TXN/number") $(get "$TXN/target")" ]
  fi
}

# REASON: put the machine back. Can be repeated and interrupted at any point; the lock is held.
rollback() {
  [ -d "$TXN" ] || return 0
  open_slice
  if committed; then
    finish
    return
  fi
  # First of all: nothing may write a state, or change anything, behind our back.
  stop_apply
  [ -n "$(get "$TXN/reason")" ] || write "$TXN/reason" "$1" || :
  [ "$(state)" = BROKEN ] || write "$TXN/state" ROLLING || :
  without "$NEW" "$OLD" "$WORK/added"
  PHASE=boot
  CHANGED=yes
  # The likeliest cause, and the quickest to mend.
  ruleset_back || :
  every "$WORK/added" del || :
  every "$OLD" put || :
  if wrong=$(differences "$OLD"); then
    record
    close || return 1
    uninstall_unless_used
    return 0
  fi
  write "$TXN/state" BROKEN || :
  note "slice $ID: the way back is not complete: $wrong"
  return 1
}

# The ruleset of before, or none.
ruleset_back() {
  member=$(sed -n 's/^nft //p' "$OLD/ops")
  if [ -n "$member" ]; then
    GEN=$OLD
    put_nft "$member"
  elif grep -q '^nft ' "$NEW/ops"; then
    del_nft
  fi
}

# Write down how the transaction ended, and forget what it brought.
record() {
  mkdir -p "$RUN/last"
  printf 'rolled back: %s\n' "$(get "$TXN/reason")" >"$RUN/last/$ID"
  note "slice $ID: $(verdict)"
  for bundle in $(kept | awk -v number="$(get "$TXN/number")" '$1 >= number { print $1 "." $2 }'); do
    rm -f "$SLICE/gens/$bundle" || :
  done
  [ -e "$SLICE/confirmed" ] || rm -rf "$SLICE"
}

# SLICE: the controller gives up.
abort() {
  slice "$1"
  lock_by_force
  [ "$(get "$TXN/slice")" != "$ID" ] || rollback 'given up before it was confirmed'
  printf '%s\n' "$(verdict)"
}

# How the last change of this slice ended, in words.
verdict() {
  base=$(confirmed)
  why=$(get "$RUN/last/$ID")
  printf '%s' "${why:-no change of slice $ID is open}"
  printf '; the machine is at generation %s (unchanged)' "${base%% *}"
}
