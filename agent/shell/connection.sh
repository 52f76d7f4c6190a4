# Whether this very process was started over an SSH connection that is younger than the change. An
# older one proves nothing: established connections survive rules that let no new one in.

# The ancestors that are SSH servers, from the nearest on: pid and start, a line each.
ssh_ancestors() {
  pid=$$
  while [ "${pid:-0}" -gt 1 ]; do
    IFS= read -r stat 2>/dev/null <"/proc/$pid/stat" || return 0
    name=${stat#*(}
    name=${name%)*}
    # shellcheck disable=SC2086
    set -- ${stat##*) }
    case $name in sshd* | dropbear*) printf '%s %s\n' "$pid" "${20}" ;; esac
    pid=$2
  done
}

# Sets `newness` to what is wrong if it is not.
new_connection() {
  newness='it does not come over SSH'
  [ -n "${SSH_CONNECTION-}" ] || return 1
  newness='it is the one that the change came over'
  [ "$SSH_CONNECTION" != "$(get "$RUN/txn/conn")" ] || return 1
  # The first was forked for this connection; the listener, if there is one, is the last.
  # shellcheck disable=SC2016
  birth=$(ssh_ancestors | sort -n -k2 | sed -n '1h; 2{p;q}; ${g;p}' | cut -d' ' -f2)
  newness='no SSH server is among its ancestors'
  [ -n "$birth" ] || return 1
  newness='it is older than the change'
  [ "$birth" -gt "$(number "$(get "$RUN/txn/tick")")" ]
}
