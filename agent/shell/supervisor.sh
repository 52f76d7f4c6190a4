# What starts programs at boot and starts them again when they end: systemd, OpenRC, procd, or none.
# Each of them has functions of its own, `openrc_enable` for `enable`:
#   watch ID, apply ID      start the agent of the open transaction; only the watcher is restarted
#   supervised ID           whether the watcher would be restarted
#   dismiss ID              no watcher is needed any more; not waited for, because he may be the one who asks
#   install, uninstall      what calls the agent at boot, before and after the network comes up
#   active, condition, tell WORD, stop, starts, enable, disable, said UNIT
#                           services, by the name that systemd gives them
#   reread                  that their files have changed
supervisor() {
  if [ -d /run/systemd/system ]; then printf systemd
  elif [ -e /run/openrc/softlevel ] && command -v supervise-daemon >/dev/null; then printf openrc
  elif [ "$(get /proc/1/comm)" = procd ]; then printf procd
  else printf none
  fi
}

# FUNCTION [ARGUMENT]…
by_supervisor() {
  action=$1
  shift
  "$(supervisor)_$action" "$@"
}

# VERB ID: the agent of the open transaction, in a process that nobody starts again.
detached() { setsid /bin/sh "$RUN/txn/agent.sh" "$@" </dev/null >/dev/null 2>&1 9>&- & }

# ID: the way back, should the watcher and who restarts him be gone.
detached_late() {
  # shellcheck disable=SC2016
  setsid /bin/sh -c 'sleep "$1"; [ ! -e "$2" ] || exec /bin/sh "$2" expire "$3"' sh \
    "$(late_seconds)" "$RUN/txn/agent.sh" "$1" </dev/null >/dev/null 2>&1 9>&- &
}

# COMMAND…: in a moment, when whoever asks has done what he is at.
soon() { setsid /bin/sh -c 'sleep 2; "$@"' sh "$@" </dev/null >/dev/null 2>&1 9>&- & }

detached_apply() {
  detached apply "$1"
  applier $!
}

# PATH MODE NAME, text on standard input: what is to start at boot.
boot_file() {
  cat >"$WORK/unit"
  ! cmp -s "$WORK/unit" "$1" || return 0
  (umask 022 && cp "$WORK/unit" "$1" && chmod "$2" "$1") && sync "$1" && by_supervisor enable "$3"
}

# DIRECTORY NAME…
drop_boot_files() {
  from=$1
  shift
  for name in "$@"; do
    [ ! -e "$from/$name" ] || by_supervisor disable "$name" || :
    rm -f "$from/$name"
  done
}

# Two processes that start each other again, and nobody else: only where that risk is taken.
none_watch() { detached respawn "$1"; }
none_apply() { detached_apply "$1"; }
none_supervised() { return 1; }
none_dismiss() { :; }
none_install() { :; }
none_uninstall() { :; }
none_active() { return 1; }
none_condition() { printf 'nothing that starts services'; }
none_tell() { none_condition; return 1; }
none_stop() { :; }
none_starts() { return 1; }
none_enable() { none_condition; return 1; }
none_disable() { :; }
none_said() { :; }
none_reread() { :; }
