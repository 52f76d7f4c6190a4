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

# Processes are what a change takes its time for. What is asked often sets a variable, so that nobody
# needs a process to take what it prints.

# DIRECTORY: sets `names` to the names in it, each with a blank after it.
names_in() {
  names=
  set +f
  for entry in "$1"/* "$1"/.[!.]*; do
    [ ! -e "$entry" ] && [ ! -L "$entry" ] || names="$names${entry##*/} "
  done
  set -f
}

# DIRECTORY: the names in it, a line each.
list() {
  names_in "$1"
  for entry in $names; do printf '%s\n' "$entry"; done
}

# SET TEXT: whether the text is not empty and all its characters are of the set.
only() {
  case $2 in '' | *[!$1]*) return 1 ;; esac
}

# FILE: sets `line` to its first line, or to nothing.
look() {
  line=
  [ ! -r "$1" ] || IFS= read -r line <"$1" || :
}

# FILE: its first line, or nothing.
get() {
  look "$1"
  printf '%s' "$line"
}

# TEXT: sets `count` to the number that it is, or to 0. Whatever else it is, arithmetic might
# evaluate.
count_of() {
  case $1 in
    '' | *[!0-9]* | 0* | ????????????????*) count=0 ;;
    *) count=$1 ;;
  esac
}

number() {
  count_of "$1"
  printf '%s' "$count"
}

# TEXT FROM TO: sets `text` to it with each character FROM as TO; the text does not end with one.
swap() {
  IFS=$2
  # shellcheck disable=SC2086
  set -- "$3" $1
  IFS=$1
  shift
  text=$*
  unset IFS
}

# FILE TEXT: durable, and old or new but never half.
write() {
  case $1 in
    # In memory there is nothing to wait for.
    "$RUN"/*) printf '%s\n' "$2" >"$1.tmp" && mv -f "$1.tmp" "$1" ;;
    *) printf '%s\n' "$2" >"$1.tmp" && sync "$1.tmp" && mv -f "$1.tmp" "$1" && sync "${1%/*}" ;;
  esac
}

# Sets `now`: seconds since boot, suspend included. The wall clock is never asked: it jumps.
clock() {
  read -r up _ </proc/uptime
  count_of "${up%%.*}"
  now=$count
}

now() {
  clock
  printf '%s' "$now"
}

boot_id() { get /proc/sys/kernel/random/boot_id; }

# FILE: sets `digest` to its checksum.
digest_of() {
  digest=$(sha256sum <"$1") || :
  digest=${digest%% *}
}

# FILE SHA256: whether that is its checksum.
is_whole() {
  digest_of "$1"
  [ "$digest" = "$2" ]
}

# PID: sets `start` to when the process started, in clock ticks since boot. Fails if there is none.
start_of() {
  start=
  # Without a number it would be the statistics of all.
  only 0-9 "$1" && IFS= read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
  # The name, in parentheses, may hold spaces.
  # shellcheck disable=SC2086
  set -- ${stat##*) }
  [ "$1" != Z ] && start=${20}
}

# PID TICK: whether this very process still runs.
alive() {
  only 0-9 "${1-}" && start_of "$1" && [ "$start" = "${2-}" ]
}

# The clock that processes' starts are counted in.
tick() {
  sleep 1 &
  start_of $!
  kill $! 2>/dev/null || :
  printf '%s\n' "$start"
}

# Mutual exclusion for what takes a moment; nothing waits for the network while it holds this.
# SECONDS: how long to wait for it.
lock() {
  { [ -d "$RUN" ] || mkdir -p "$RUN"; } && exec 9>>"$RUN/lock"
  flock -w "$1" 9 || return 1
  start_of $$ || :
  printf '%s %s\n' $$ "$start" >"$RUN/holder" 2>/dev/null || :
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
  lock "$(patience)" && return
  # shellcheck disable=SC2046
  set -- $(get "$RUN/holder")
  if alive "${1-}" "${2-}"; then end_all "$1"; fi
  lock 30
}

# What was killed could not clean up after itself. Frames are in nobody's name, so they get an hour.
sweep() {
  names_in "$RUN"
  for one in $names; do
    case $one in work.*) [ -d "/proc/${one#work.}" ] || rm -rf "${RUN:?}/$one" ;; esac
  done
  find "$RUN" -maxdepth 1 -name 'frame.*' -mmin +60 -exec rm -rf {} +
}
