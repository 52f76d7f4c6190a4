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

# Seconds that the change itself may take; virtual functions are waited for, and what the machine
# starts with takes long, to take it away no less.
apply_seconds() {
  if [ -e "$RUN/txn/api" ]; then printf %s $API_SECONDS
  else
    most=$(awk '
      $1 == "vfs" && FILENAME == ARGV[1] { seconds += 30 + $3 }
      $1 == "cmdline" { menu = 240; if (/ pci=assign-busses/) initramfs = 600 }
      END { print 60 + seconds + menu + initramfs }' "$NEW/ops" "$OLD/ops" 2>/dev/null) || most=60
    printf %s "$most"
  fi
}

# Seconds that who holds the lock may take before he counts as stopped.
patience() {
  if grep -qs '^cmdline ' "$NEW/ops" "$OLD/ops"; then apply_seconds; else printf 30; fi
}

# The same until it is taken back by the one who stands behind the watcher.
late_seconds() { printf %s $(($(apply_seconds) + 15 + $(get "$RUN/txn/seconds"))); }

# PID: who applies; whoever started him says so, because he may be killed before he could.
applier() {
  start_of "$1" || start=0
  look "$RUN/txn/applier"
  [ "$line" != "$1 $start" ] || return 0
  printf '%s %s\n' "$1" "$start" >"$RUN/txn/applier.$$"
  mv -f "$RUN/txn/applier.$$" "$RUN/txn/applier"
}

# ID: keep a watcher running.
respawn() {
  while look "$RUN/txn/id" && [ "$line" = "$1" ]; do
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
  while [ $tries -lt 100 ] && { ! start_of "$1" || [ "$start" = "$2" ]; } &&
    kill -s KILL -- "-$1" 2>/dev/null; do
    tries=$((tries + 1))
    sleep 0.1
  done
}

# Sets `left`: seconds to the deadline.
time_left() {
  look "$RUN/txn/deadline"
  count_of "$line"
  left=$count
  clock
  left=$((left - now))
}

# Sets `reason` to why the open transaction must be rolled back now, or to nothing. Asked every
# second, so it takes no process.
overdue() {
  reason=
  look "$RUN/txn/applier"
  # shellcheck disable=SC2086
  set -- $line
  look "$RUN/txn/state"
  case $line in
    ROLLING | BROKEN) reason='interrupted' ;;
    ARMED | APPLYING)
      # Until it is started, who begins answers for it.
      look "$RUN/txn/beginner"
      # shellcheck disable=SC2086
      [ $# = 2 ] || set -- $line
      look "$RUN/txn/begun"
      count_of "$line"
      begun=$count
      clock
      if [ $((now - begun)) -ge "$(apply_seconds)" ]; then
        reason="the change took longer than $(apply_seconds) s"
      elif ! alive "$@"; then
        look "$RUN/txn/state"
        case $line in ARMED | APPLYING) reason='the change was cut short' ;; esac
      fi
      ;;
    # Who confirms holds the lock; without it he is gone, and the pointer says how far he came.
    CONFIRMING) reason='the confirmation was cut short' ;;
    APPLIED)
      look "$RUN/txn/reason"
      reason=$line
      time_left
      [ "$left" -gt 0 ] || reason="no new SSH connection confirmed it within $(get "$RUN/txn/seconds") s"
      ;;
    *) reason='its state was unreadable' ;;
  esac
}

# ID: until the transaction is closed.
watch() {
  start_of $$
  printf '%s %s\n' $$ "$start" >"$RUN/txn/watcher"
  printf '%s\n' "$1" >"$RUN/txn/watched"
  pause=1
  while look "$RUN/txn/id" && [ "$line" = "$1" ]; do
    sleep "$pause"
    overdue
    [ -n "$reason" ] || continue
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
  mkdir -p "$WORK"
  overdue
  [ -z "$reason" ] || rollback "$reason"
)

# What a dead owner or an earlier boot has left open; the lock is held.
recover() {
  sweep
  for one in "$TXN.new" "$TXN.gone" "$RUN/txn.gone"; do [ ! -e "$one" ] || rm -rf "$one"; done
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
  is_open || settle_kernel
}
