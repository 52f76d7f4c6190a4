# One transaction at a time. What is known of the open one lies in memory, in $RUN/txn, one word a
# file: id slice target base number boot conn begun seconds deadline state reason tick, so the way
# back needs no disk. It is open as long as `id` is there.
# States: ARMED APPLYING APPLIED CONFIRMING ROLLING BROKEN.
# What the next boot has to know lies in $TXN: slice target number boot.

state() { get "$RUN/txn/state"; }

# The two generations, unpacked.
NEW=$RUN/txn/new OLD=$RUN/txn/old

# Whether $RUN/txn holds something that is not a transaction yet.
STAGING=false

is_open() {
  [ -e "$RUN/txn/id" ] && look "$RUN/txn/boot" && of=$line || return 1
  look /proc/sys/kernel/random/boot_id
  [ "$line" = "$of" ]
}

open_slice() { slice "$(get "$RUN/txn/slice")"; }

busy() {
  time_left
  die $BUSY "busy: slice $(get "$RUN/txn/slice") is being changed, state $(state), $left s left"
}

# Whether somebody sees to it that the open transaction ends.
watched() {
  # shellcheck disable=SC2046
  alive $(get "$RUN/txn/watcher") || by_supervisor supervised "$(get "$RUN/txn/id")"
}

# Move the directories away at once: a half of one would be a transaction that nobody can end.
close() {
  ended=$(get "$RUN/txn/id")
  rm -rf "$TXN.gone" "$RUN/txn.gone" || :
  # If the disk takes nothing now, the next `begin` sees that it is closed.
  [ ! -d "$TXN" ] || { mv "$TXN" "$TXN.gone" && sync "$STATE"; } || :
  # The one that is left to say how it ended, even if the machine keeps none; the watcher is
  # restarted from there as long as the transaction is open.
  ln -f "$RUN/txn/agent.sh" "$RUN/agent.sh" 2>/dev/null || :
  [ ! -d "$RUN/txn" ] || mv "$RUN/txn" "$RUN/txn.gone" || return 1
  rm -rf "$TXN.gone" "$RUN/txn.gone" || :
  by_supervisor dismiss "$ended"
}

# Whether what is confirmed is what is in force.
intact() {
  open_confirmed "$WORK/confirmed" || { printf 'no generation of it is whole'; return 1; }
  differences "$WORK/confirmed"
}

# SLICE SHA256 DIRECTORY [repair|bracket|alone]: stage, arm and start the change to the bundle in the
# directory. With `bracket` the Proxmox API makes a part of it while this waits, and this does not wait
# for the API; so it is for a removal of what the API has made. `alone` asks the API itself.
begin() {
  MODE=${4-}
  lacks=$(programs) || die $MISSING "$lacks"
  lock 10 || die $BUSY "busy: another program holds $RUN/lock"
  recover
  ! is_open || busy
  # It was of the change that has ended while this waited.
  [ -r "$0" ] || die $BUSY "busy: another change has just ended"
  slice "$1"
  base=$(confirmed)
  if [ "${base#* }" = "$2" ] && { [ -z "$MODE" ] || [ ! -e "$SLICE/confirmed" ]; } && [ "$MODE" != bracket ]; then
    changed=$(intact) || die $DRIFT "slice $ID was changed by another hand: $changed"
    printf 'UNCHANGED %s\n' "$base"
    return
  fi
  lacks=$(features) || die $MISSING "$lacks"
  [ "${base%% *}" != 0 ] || survey | sed 's/^/survey /'
  [ ! -e "$RUN/last/$ID" ] || rm -f "$RUN/last/$ID"
  [ ! -e "$RUN/txn" ] || rm -rf "$RUN/txn"
  mkdir -p "$RUN/txn"
  STAGING=true
  stage "$2" "$3"
  drop_orphans
  open_confirmed "$OLD" || nothing "$OLD"
  heal || die $MISSING "$STATE can not be written to"
  base=$(confirmed)
  forgo "$OLD"
  preflight
  adopt
  arm "$2"
  STAGING=false
  id=$(get "$RUN/txn/id")
  { edit_interfaces && by_supervisor apply "$id"; } || rollback 'it could not be started'
  unlock
  time_left
  if [ -e "$RUN/txn/api" ]; then printf 'ARMED %s %s\n' "$id" "$left"; else await_applied "$id" "$2"; fi
}

# Nothing has begun yet, and nothing is to be left of it.
unstage() {
  ! is_open || return 0
  if [ ! -e "$SLICE/confirmed" ] || [ "$(head_of "$OLD" adopted)" = yes ]; then rm -rf "$SLICE"; fi
  rm -rf "$RUN/txn"
  uninstall_unless_used
}

# ID SHA256: until the change is in force, taken back, or even confirmed.
await_applied() {
  while look "$RUN/txn/id" && [ "$line" = "$1" ]; do
    look "$RUN/txn/state"
    case $line in
      APPLIED) time_left; printf 'APPLIED %s %s\n' "$1" "$left"; return ;;
      BROKEN) die $FAILED "$(get "$RUN/txn/reason"); the way back is not complete: $(get "$RUN/txn/wrong")" ;;
    esac
    sleep 0.1
  done
  base=$(confirmed)
  [ "${base#* }" = "$2" ] || die $UNDONE "$(verdict)"
  printf 'COMMITTED %s\n' "$base"
}

# SHA256: from here on the machine puts itself back.
arm() {
  number=${base%% *}
  names_in "$SLICE/gens"
  for one in $names; do
    ! is_bundle "$one" || [ "${one%%.*}" -le "$number" ] || number=${one%%.*}
  done
  number=$((number + 1))
  target=$SLICE/gens/$number.$1
  { mkdir -p "$SLICE/gens" && install_agent; } || die $MISSING "$STATE can not be written to"
  [ "$1" = none ] || keep_bundle "$RUN/txn/bundle" "$target" || die $MISSING "$STATE can not be written to"
  seconds=$(head_of "$NEW" confirm)
  [ "$1" != none ] || seconds=$(head_of "$OLD" confirm)
  count_of "${seconds:-120}"
  seconds=$count
  start_of $$
  clock
  while read -r key value; do printf '%s\n' "$value" >"$RUN/txn/$key"; done <<END
slice $ID
target $1
number $number
base $base
boot $(boot_id)
conn ${SSH_CONNECTION:-none}
beginner $$ $start
begun $now
seconds $seconds
deadline $((now + $(apply_seconds) + seconds))
state ARMED
END
  [ ! -e "$TXN.new" ] || rm -rf "$TXN.new"
  (cd "$RUN/txn" && mkdir "$TXN.new" && cp slice target number boot "$TXN.new" &&
    { [ ! -e interfaces ] || cp -p interfaces bridges "$TXN.new"; } && set +f &&
    sync "$TXN.new"/* "$TXN.new" && mv "$TXN.new" "$TXN" && sync "$STATE") ||
    die $MISSING "$STATE can not be written to"
  look /proc/sys/kernel/random/uuid
  swap "$line" - ''
  id=$text
  write "$RUN/txn/id" "$id"
  tries=0
  by_supervisor watch "$id" || tries=50
  until [ "$(get "$RUN/txn/watched")" = "$id" ]; do
    tries=$((tries + 1))
    [ $tries -le 50 ] || { rollback 'the watcher did not start'; die $FAILED "$(verdict)"; }
    sleep 0.1
  done
}

# FILE BUNDLE: keep it for good.
keep_bundle() {
  cp "$1" "$2.tmp" && sync "$2.tmp" && mv -f "$2.tmp" "$2" && sync "${2%/*}"
}

# ID: make it so, in a process that no connection takes along.
apply() {
  open_slice
  applier $$
  [ "$(get "$RUN/txn/id")" = "$1" ] && [ "$(state)" = ARMED ] || return 0
  write "$RUN/txn/state" APPLYING
  PHASE=live
  if ! error=$(await_api && each "$NEW" put 2>&1 && leave_cmdline 2>&1); then
    because "$error"
    return 1
  fi
  tries=0
  until wrong=$(every "$NEW" is); do
    tries=$((tries + 1))
    [ $tries -lt 5 ] || { because "not as declared once applied: $wrong"; return 1; }
    sleep 1
  done
  tick >"$RUN/txn/tick"
  # Only ever earlier than it was set when nobody knew how long this would take.
  look "$RUN/txn/seconds"
  count_of "$line"
  seconds=$count
  clock
  write "$RUN/txn/deadline" $((now + seconds))
  write "$RUN/txn/state" APPLIED
}

# TEXT: why the transaction can not be kept, on one line.
because() {
  write "$RUN/txn/reason" "$(printf %s "$1" | tr '\n' ';' | sed 's/; */; /g; s/; $//' | cut -c1-400)"
}
