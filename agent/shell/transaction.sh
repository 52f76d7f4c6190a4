# One transaction at a time. Its directory, TXN, exists as long as it is open and holds one word a
# file: id slice target base number boot deadline seconds state reason conn tick.
# States: ARMED APPLYING APPLIED CONFIRMING ROLLING BROKEN.

state() { get "$TXN/state"; }

# Files of the open transaction that are needed even if the disk is not: in memory.
NEW=$RUN/txn/new OLD=$RUN/txn/old

open_slice() { slice "$(get "$TXN/slice")"; }

left() { printf '%s' $(($(get "$TXN/deadline") - $(now))); }

busy() {
  die $BUSY "busy: slice $(get "$TXN/slice") is being changed, state $(state), $(left) s left"
}

# Whether somebody sees to it that the open transaction ends.
watched() {
  # shellcheck disable=SC2046
  alive $(get "$RUN/txn/watcher") || supervised
}

# Remove the directory at once: a half of it would be a transaction that nobody can end.
close() {
  ended=$(get "$TXN/id")
  rm -rf "$TXN.gone"
  mv "$TXN" "$TXN.gone" || return 1
  sync "$STATE" || :
  # The one that is left to say how it ended, even if the machine keeps none.
  mv -f "$RUN/txn/agent.sh" "$RUN/agent.sh" 2>/dev/null || :
  rm -rf "$TXN.gone" "$RUN/txn"
  dismiss "$ended"
}

# Whether what is confirmed is what is in force.
intact() {
  open_confirmed "$WORK/confirmed" && differences "$WORK/confirmed"
}

# SLICE SHA256 DIRECTORY [repair]: stage, arm and start the change to the bundle in the directory.
begin() {
  slice "$1"
  lock 10 || die $BUSY "busy: another program holds $RUN/lock"
  recover
  [ ! -d "$TXN" ] || busy
  base=$(confirmed)
  if [ "${base#* }" = "$2" ] && [ "${4-}" != repair ]; then
    changed=$(intact) || die $DRIFT "slice $ID was changed by another hand: $changed"
    printf 'UNCHANGED %s\n' "$base"
    return
  fi
  lacks=$(caps) || die $MISSING "$lacks"
  [ -n "$(slices)" ] || survey | sed 's/^/survey /'
  rm -f "$RUN/last/$ID"
  mkdir -p "$RUN/txn"
  stage "$2" "$3"
  open_confirmed "$OLD" || nothing "$OLD"
  preflight "${4-}"
  arm "$2" "$base"
  start apply "$(get "$TXN/id")" || rollback 'it could not be started'
  unlock
  await_applied "$(get "$TXN/id")"
}

# ID: until the change is in force or taken back.
await_applied() {
  while [ "$(get "$TXN/id")" = "$1" ] && [ "$(state)" != APPLIED ]; do sleep 0.1; done
  [ "$(get "$TXN/id")" = "$1" ] || die $UNDONE "$(verdict)"
  printf 'APPLIED %s %s\n' "$1" "$(left)"
}

# SHA256 DIRECTORY: take over what came over the wire, or refuse it.
stage() {
  [ "$1" != none ] || { nothing "$NEW"; cp "$0" "$RUN/txn/agent.sh"; return; }
  [ "$(checksum "$2/bundle")" = "$1" ] || die $CORRUPT "the bundle is damaged"
  unpack "$2/bundle" "$NEW" || die $CORRUPT "the bundle can not be unpacked"
  check_ops "$NEW" || die $CORRUPT "the bundle holds an operation that is not known"
  [ "$(head_of "$NEW" slice)" = "$ID" ] || die $CORRUPT "the bundle is of another slice"
  [ "$(head_of "$NEW" agent)" = "$(checksum "$0")" ] || die $CORRUPT "the bundle wants another agent"
  cp "$0" "$RUN/txn/agent.sh"
  cp "$2/bundle" "$RUN/txn/bundle"
}

# [repair]: every reason not to begin that can be known before.
preflight() {
  owner=$(head_of "$OLD" owner)
  [ -z "$owner" ] || [ ! -s "$NEW/head" ] || [ "$owner" = "$(head_of "$NEW" owner)" ] ||
    die $FOREIGN "slice $ID is $owner's: choose another name, or remove it there first"
  free=$(df -Pk "${STATE%/*}" | awk 'NR == 2 { print $4 }')
  [ "${free:-0}" -ge 16384 ] || die $MISSING "less than 16 MiB free in ${STATE%/*}: free some space"
  [ ! -e /etc/network/interfaces.new ] ||
    die $FOREIGN "/etc/network/interfaces.new: somebody's changes wait there; apply or revert them"
  without "$NEW" "$OLD" "$WORK/added"
  foreign=$(every "$WORK/added" foreign) || :
  [ -z "$foreign" ] || die $FOREIGN "$foreign"
  rulesets "$NEW" || die $CORRUPT "nft refuses the new ruleset: $(cat "$WORK/nft")"
  rulesets "$OLD" || die $CORRUPT "nft refuses the ruleset to go back to: $(cat "$WORK/nft")"
  [ "$1" = repair ] || drift=$(differences "$OLD") ||
    die $DRIFT "slice $ID was changed by another hand: $drift"
  deadman >/dev/null
}

# GENERATION: ask the kernel about its ruleset.
rulesets() {
  member=$(sed -n 's/^nft //p' "$1/ops")
  [ -z "$member" ] || nft -c -f "$1/$member" 2>"$WORK/nft"
}

# SHA256 BASE: from here on the machine puts itself back.
arm() {
  number=$(printf '%s\n' "$2" "$(kept)" | sort -rn | head -n 1)
  number=$((${number%% *} + 1))
  mkdir -p "$SLICE/gens" || die $MISSING "$STATE can not be written to"
  if [ "$1" != none ]; then
    target=$SLICE/gens/$number.$1
    { cp "$RUN/txn/bundle" "$target.tmp" && sync "$target.tmp" && mv -f "$target.tmp" "$target" &&
      sync "$SLICE/gens"; } || die $MISSING "$SLICE can not be written to"
  fi
  install_agent
  seconds=$(head_of "$NEW" confirm)
  [ "$1" != none ] || seconds=$(head_of "$OLD" confirm)
  id=$(tr -d - </proc/sys/kernel/random/uuid)
  rm -rf "$TXN.new"
  mkdir "$TXN.new"
  while read -r key value; do printf '%s\n' "$value" >"$TXN.new/$key"; done <<END
id $id
slice $ID
target $1
number $number
base $2
boot $(boot_id)
conn ${SSH_CONNECTION:-none}
begun $(now)
seconds ${seconds:-120}
deadline $(($(now) + 60 + ${seconds:-120}))
state ARMED
END
  (set +f && sync "$TXN.new"/* "$TXN.new" && mv "$TXN.new" "$TXN" && sync "$STATE") ||
    die $MISSING "$STATE can not be written to"
  tries=0
  start watch "$id" || tries=50
  until [ "$(get "$RUN/txn/watched")" = "$id" ]; do
    tries=$((tries + 1))
    [ $tries -le 50 ] || { rollback 'the watcher did not start'; die $FAILED "$(verdict)"; }
    sleep 0.1
  done
}

# ID: make it so, in a process that no connection takes along.
apply() {
  open_slice
  printf '%s %s\n' $$ "$(started $$)" >"$RUN/txn/applier"
  [ "$(get "$TXN/id")" = "$1" ] && [ "$(state)" = ARMED ] || return 0
  write "$TXN/state" APPLYING
  PHASE=live
  if ! error=$(each "$NEW" put 2>&1); then
    write "$TXN/reason" "$(printf %s "$error" | tr '\n' ' ' | cut -c1-400)"
    return 1
  fi
  tries=0
  until wrong=$(every "$NEW" is); do
    tries=$((tries + 1))
    [ $tries -lt 5 ] || {
      write "$TXN/reason" "not as declared once applied: $(printf %s "$wrong" | tr '\n' ';' | cut -c1-400)"
      return 1
    }
    sleep 1
  done
  tick >"$TXN/tick"
  # Only ever earlier than it was set when nobody knew how long this would take.
  write "$TXN/deadline" $(($(now) + $(get "$TXN/seconds")))
  write "$TXN/state" APPLIED
}
