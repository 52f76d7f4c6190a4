#!/bin/sh
# The change agent of proxmox-router. It takes one change at a time to a machine and takes it back
# unless a new connection from outside confirms it.
set -euf
umask 077
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

STATE=/var/lib/proxmox-router
RUN=/run/proxmox-router
LIB=/usr/local/lib/proxmox-router
TXN=$STATE/txn
TABLE='inet proxmox_router'

# Whether files for the next boot are looked at too, or only what is in force now.
PHASE=boot
# What `begin` was told about the change.
MODE=
# Whether a file has changed since services read theirs.
CHANGED=no

# Exit statuses; the controller tells them apart.
USAGE=64 CORRUPT=65 MISSING=69 FAILED=70 BUSY=75 FOREIGN=76 DRIFT=77 STALE=78 CLOSED=79 UNDONE=80

die() {
  die_status=$1
  shift
  printf '%s\n' "$*" >&2 || :
  exit "$die_status"
}

# What there is no time or no way to stop for: the journal, and whoever called.
note() {
  printf '%s\n' "$*" >&2 || :
  logger -t proxmox-router -- "$*" 2>/dev/null || :
}

# DIRECTORY: the names in it, a line each.
list() (
  cd "$1" 2>/dev/null || exit 0
  set +f
  for one in * .[!.]*; do
    [ ! -e "$one" ] && [ ! -L "$one" ] || printf '%s\n' "$one"
  done
)

# SET TEXT: whether the text is not empty and all its characters are of the set.
only() {
  case $2 in '' | *[!$1]*) return 1 ;; esac
}

# FILE: its first line, or nothing.
get() {
  [ -r "$1" ] || return 0
  IFS= read -r got <"$1" || :
  printf '%s' "${got-}"
  got=
}

# TEXT: the number that it is, or 0. Whatever else it is, arithmetic might evaluate.
number() {
  case $1 in
    '' | *[!0-9]* | 0* | ????????????????*) printf 0 ;;
    *) printf '%s' "$1" ;;
  esac
}

# FILE TEXT: durable, and old or new but never half.
write() {
  case $1 in
    # In memory there is nothing to wait for.
    "$RUN"/*) printf '%s\n' "$2" >"$1.tmp" && mv -f "$1.tmp" "$1" ;;
    *) printf '%s\n' "$2" >"$1.tmp" && sync "$1.tmp" && mv -f "$1.tmp" "$1" && sync "${1%/*}" ;;
  esac
}

# Seconds since boot, suspend included. The wall clock is never asked: it jumps.
now() {
  read -r up _ </proc/uptime
  number "${up%%.*}"
}

boot_id() { get /proc/sys/kernel/random/boot_id; }

checksum() {
  digest=$(sha256sum <"$1") || :
  printf '%s' "${digest%% *}"
}

# PID: when the process started, in clock ticks since boot. Fails if there is none.
started() {
  IFS= read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
  # The name, in parentheses, may hold spaces.
  # shellcheck disable=SC2086
  set -- ${stat##*) }
  [ "$1" != Z ] && printf '%s' "${20}"
}

# PID TICK: whether this very process still runs.
alive() {
  only 0-9 "${1-}" && [ "$(started "$1")" = "${2-}" ]
}

# The clock that processes' starts are counted in.
tick() {
  sleep 1 &
  started $!
  kill $! 2>/dev/null || :
}

# Mutual exclusion for what takes a moment; nothing waits for the network while it holds this.
# SECONDS: how long to wait for it.
lock() {
  mkdir -p "$RUN" && exec 9>>"$RUN/lock"
  flock -w "$1" 9 || return 1
  printf '%s %s\n' $$ "$(started $$)" >"$RUN/holder" 2>/dev/null || :
}

unlock() { exec 9>&-; }

# PID: end it and what it has started.
end_all() {
  # First of all it starts nothing more.
  kill -s STOP "$1" 2>/dev/null || return 0
  for child in $(get "/proc/$1/task/$1/children"); do end_all "$child"; done
  kill -s KILL "$1" 2>/dev/null || :
}

# The same for the way back: who was stopped while he held the lock must not keep it.
lock_by_force() {
  lock 30 && return
  # shellcheck disable=SC2046
  set -- $(get "$RUN/holder")
  if alive "${1-}" "${2-}"; then end_all "$1"; fi
  lock 30
}

# What was killed could not clean up after itself. Frames are in nobody's name, so they get an hour.
sweep() {
  for one in $(list "$RUN"); do
    case $one in work.*) [ -d "/proc/${one#work.}" ] || rm -rf "${RUN:?}/$one" ;; esac
  done
  find "$RUN" -maxdepth 1 -name 'frame.*' -mmin +60 -exec rm -rf {} +
}
