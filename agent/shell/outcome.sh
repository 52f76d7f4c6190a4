# How a transaction ends: confirmed, or rolled back.

# SLICE SHA256: keep the change. Comes over a connection that did not exist before it.
confirm() {
  # The connection may be cut by what follows.
  trap '' HUP PIPE
  # Before the lock: it waits for the network.
  [ "$(state)" != APPLIED ] || exchange ||
    die $STALE "not a whole connection: packets of full size get lost on the way"
  lock 10 || die $BUSY "busy: another program holds $RUN/lock"
  slice "$1"
  if ! is_open || [ "$(get "$RUN/txn/target") $(get "$RUN/txn/slice")" != "$2 $ID" ]; then
    base=$(confirmed)
    [ "${base#* }" != "$2" ] || { printf 'COMMITTED %s\n' "$base"; return; }
    die $CLOSED "$(verdict)"
  fi
  time_left
  [ "$left" -gt 0 ] || die $CLOSED "the time to confirm is over"
  [ "$(state)" = APPLIED ] || die $CLOSED "nothing to confirm: state $(state)"
  new_connection || die $STALE "not a new connection: $newness"
  PHASE=live
  wrong=$(every "$NEW" is) || give_up $CLOSED "changed by another hand before it was confirmed: $wrong"
  write "$RUN/txn/state" CONFIRMING
  PHASE=boot
  each "$NEW" put >"$WORK/log" 2>&1 || give_up $FAILED "could not be kept: $(cat "$WORK/log")"
  if [ "$2" = none ]; then
    # Removing the pointer is the commit of an empty generation.
    rm -f "$SLICE/confirmed" && sync "$SLICE"
  else
    write "$SLICE/confirmed" "$(get "$RUN/txn/number") $2"
  fi || give_up $MISSING "$STATE can not be written to"
  printf 'COMMITTED %s %s\n' "$(get "$RUN/txn/number")" "$2" || :
  finish
}

# Small packets may get through where big ones do not: as much as takes several of them goes either
# way, and whoever confirms says that he has ours.
exchange() {
  padding=0123456789abcdef
  padding=$padding$padding$padding$padding
  padding=$padding$padding$padding$padding
  padding=$padding$padding$padding$padding
  padding=$padding$padding$padding$padding
  printf '%s\n' "$padding" || return 1
  [ "$(timeout 60 head -n 2)" = "$padding
received" ]
}

# STATUS TEXT: what can not be confirmed goes back at once.
give_up() {
  because "$2"
  die "$@"
}

# The commit is made: take away what only the generation before had.
finish() {
  PHASE=boot
  CHANGED=yes
  without "$OLD" "$NEW" >"$WORK/superseded"
  every "$OLD" del "$WORK/superseded" || note "slice $ID: something of the generation before is left"
  [ ! -s "$WORK/superseded" ] || every "$NEW" put || :
  drop_old
  if [ "$(get "$RUN/txn/target")" = none ]; then
    rm -rf "$SLICE"
  else
    by_supervisor install
    adopt_agent "$(head_of "$NEW" agent)"
  fi
  close
  uninstall_unless_used
}

# DIRECTORY: whether the commit pointer has moved to the target of the transaction told of there.
committed() {
  if [ "$(get "$1/target")" = none ]; then
    [ ! -e "$SLICE/confirmed" ]
  else
    [ "$(confirmed)" = "$(get "$1/number") $(get "$1/target")" ]
  fi
}

# REASON: put the machine back. Can be repeated and interrupted at any point; the lock is held.
rollback() {
  is_open || return 0
  open_slice
  if committed "$RUN/txn"; then
    finish
    return
  fi
  [ -n "$(get "$RUN/txn/reason")" ] || because "$1" || :
  # Before, so that what is just being started does nothing; after, for what it may have written.
  rolling
  stop_apply
  rolling
  # A pointer that was about to move, or that something else has damaged.
  rm -f "$SLICE/confirmed.tmp" || :
  base=$(get "$RUN/txn/base")
  [ "${base#* }" = none ] || [ "$base" = "$(confirmed)" ] || write "$SLICE/confirmed" "$base" || :
  without "$NEW" "$OLD" >"$WORK/added"
  PHASE=boot
  CHANGED=yes
  # The likeliest cause, and the quickest to mend.
  ruleset_back || :
  interfaces_back || :
  if wrong=$(every "$NEW" del "$WORK/added" 2>&1); then
    [ -z "$wrong" ] || printf '%s\n' "$wrong" >&2 || :
    wrong=
  else
    wrong="$wrong;not all that was added could be taken away"
  fi
  every "$OLD" put || :
  if found=$(differences "$OLD") && [ -z "$wrong" ]; then
    record
    close || return 1
    uninstall_unless_used
    return 0
  fi
  write "$RUN/txn/wrong" "$(printf '%s\n' "$wrong" "$found" | tr '\n' ';' | sed 's/;;*/; /g; s/^; //; s/; $//' | cut -c1-400)" || :
  write "$RUN/txn/state" BROKEN || :
  note "slice $ID: the way back is not complete: $(get "$RUN/txn/wrong")"
  return 1
}

rolling() { [ "$(state)" = BROKEN ] || write "$RUN/txn/state" ROLLING || :; }

# The ruleset of before, or none.
ruleset_back() {
  ruleset_of "$OLD"
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
  printf 'rolled back: %s\n' "$(get "$RUN/txn/reason")" >"$RUN/last/$ID"
  note "slice $ID: $(verdict)"
  drop_orphans
  drop_agents
  if [ ! -e "$SLICE/confirmed" ] || [ "$(head_of "$OLD" adopted)" = yes ]; then rm -rf "$SLICE"; fi
}

# SLICE: the controller gives up.
abort() {
  lock_by_force
  slice "$1"
  if is_open && [ "$(get "$RUN/txn/slice")" = "$ID" ]; then rollback 'given up before it was confirmed'; fi
  printf '%s\n' "$(verdict)"
}

# How the last change of this slice ended, in words.
verdict() {
  base=$(confirmed)
  why=$(get "$RUN/last/$ID")
  printf '%s' "${why:-no change of slice $ID is open}"
  printf '; the machine is at generation %s (unchanged)' "${base%% *}"
}
