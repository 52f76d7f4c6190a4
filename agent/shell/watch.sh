# The dead-man: a process that a supervisor keeps alive and that ends every transaction in time.

# Refuses a machine on which nobody would restart the watcher, unless that risk is taken.
deadman() {
  case $(supervisor) in
    none) ;;
    procd) procd_keep_state; return ;;
    *) return ;;
  esac
  [ "$(head_of "$NEW" deadman)" = bare ] || [ "$(head_of "$OLD" deadman)" = bare ] ||
    die $MISSING "no systemd, OpenRC or procd: nothing would restart the watcher if it is killed; allowBareDeadman takes that risk"
}

# Seconds that the change itself may take; virtual functions are waited for.
apply_seconds() {
  if [ -e "$RUN/txn/interfaces" ]; then printf %s $API_SECONDS
  else
    awk '$1 == "vfs" { seconds += 30 + $3 } END { print 60 + seconds }' "$NEW/ops" 2>/dev/null || printf 60
  fi
}

# The same until it is taken back by the one who stands behind the watcher.
late_seconds() { printf %s $(($(apply_seconds) + 15 + $(get "$RUN/txn/seconds"))); }

# PID: who applies; whoever started him says so, because he may be killed before he could.
applier() {
  printf '%s %s\n' "$1" "$(started "$1" || printf 0)" >"$RUN/txn/applier.$$"
  mv -f "$RUN/txn/applier.$$" "$RUN/txn/applier"
}

# ID: keep a watcher running.
respawn() {
  while [ "$(get "$RUN/txn/id")" = "$1" ]; do
    /bin/sh "$0" watch "$1" || :
    sleep 1
  done
}

# Nothing may be changed any more once the way back has begun.
stop_apply() {
  [ ! -d /run/systemd/system ] || systemctl kill --signal=KILL \
    "proxmox-router-apply-$(get "$RUN/txn/id").service" 2>/dev/null || :
  # shellcheck disable=SC2046
  set -- $(get "$RUN/txn/applier")
  [ $# = 2 ] || return 0
  tries=0
  # All of its group, which may outlive it; as long as it does, nobody else is given its number.
  # The words are in the order that dash takes.
  while [ $tries -lt 100 ] && [ "$(started "$1" || printf %s "$2")" = "$2" ] &&
    kill -s KILL -- "-$1" 2>/dev/null; do
    tries=$((tries + 1))
    sleep 0.1
  done
}

# Why the open transaction must be rolled back now; nothing if it need not.
overdue() {
  # shellcheck disable=SC2046
  set -- $(get "$RUN/txn/applier")
  case $(state) in
    ROLLING | BROKEN) printf 'interrupted' ;;
    ARMED | APPLYING)
      # Until it is started, who begins answers for it.
      # shellcheck disable=SC2046
      [ $# = 2 ] || set -- $(get "$RUN/txn/beginner")
      if [ $(($(now) - $(number "$(get "$RUN/txn/begun")"))) -ge "$(apply_seconds)" ]; then
        printf 'the change took longer than %s s' "$(apply_seconds)"
      elif ! alive "$@"; then
        case $(state) in ARMED | APPLYING) printf 'the change was cut short' ;; esac
      fi
      ;;
    # Who confirms holds the lock; without it he is gone, and the pointer says how far he came.
    CONFIRMING) printf 'the confirmation was cut short' ;;
    APPLIED)
      [ -z "$(get "$RUN/txn/reason")" ] || get "$RUN/txn/reason"
      [ "$(left)" -gt 0 ] || printf 'no new SSH connection confirmed it within %s s' "$(get "$RUN/txn/seconds")"
      ;;
    *) printf 'its state was unreadable' ;;
  esac
}

# ID: until the transaction is closed.
watch() {
  printf '%s %s\n' $$ "$(started $$)" >"$RUN/txn/watcher"
  printf '%s\n' "$1" >"$RUN/txn/watched"
  pause=1
  while [ "$(get "$RUN/txn/id")" = "$1" ]; do
    sleep "$pause"
    [ -n "$(overdue)" ] || continue
    if expire "$1"; then continue; fi
    pause=$((pause < 30 ? pause * 2 : 60))
    [ "$(head_of "$OLD" failure)" != reboot ] || [ $pause -lt 16 ] || systemctl reboot 2>/dev/null || reboot || :
  done
  return 42
}

# ID: end the transaction if it is still the same and its time has come.
expire() (
  # Better without than never.
  lock_by_force || :
  [ "$(get "$RUN/txn/id")" = "$1" ] || exit 0
  reason=$(overdue)
  [ -z "$reason" ] || rollback "$reason"
)

# What a dead owner or an earlier boot has left open; the lock is held.
recover() {
  sweep
  rm -rf "$TXN.new" "$TXN.gone" "$RUN/txn.gone"
  if is_open; then
    watched || rollback 'nobody was left to confirm it' || :
  elif [ "$(get "$TXN/boot")" = "$(boot_id)" ]; then
    # Closed, when the disk took no more.
    rm -rf "$TXN"
  elif [ -d "$TXN" ]; then
    slices | while read -r one; do
      slice "$one"
      boot_slice || :
    done
    boot_transaction
  fi
}
