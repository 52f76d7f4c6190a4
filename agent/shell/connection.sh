# Whether this very process was started over an SSH connection that is younger than the change. An
# older one proves nothing: established connections survive rules that let no new one in.

# Sets `birth` to the start of the SSH server that was forked for this connection: the eldest but
# one of those among the ancestors, as the eldest listens; or the only one. To nothing without one.
ssh_birth() {
  birth=
  eldest=
  pid=$$
  while [ "${pid:-0}" -gt 1 ]; do
    IFS= read -r stat 2>/dev/null <"/proc/$pid/stat" || return 0
    name=${stat#*(}
    name=${name%)*}
    # shellcheck disable=SC2086
    set -- ${stat##*) }
    case $name in sshd* | dropbear*) birth=${eldest:-${20}} eldest=${20} ;; esac
    pid=$2
  done
}

# Sets `newness` to what is wrong if it is not.
new_connection() {
  newness='it does not come over SSH'
  [ -n "${SSH_CONNECTION-}" ] || return 1
  newness='it is the one that the change came over'
  [ "$SSH_CONNECTION" != "$(get "$RUN/txn/conn")" ] || return 1
  ssh_birth
  newness='no SSH server is among its ancestors'
  [ -n "$birth" ] || return 1
  newness='it is older than the change'
  look "$RUN/txn/tick"
  count_of "$line"
  [ "$birth" -gt "$count" ]
}
