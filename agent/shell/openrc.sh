# OpenRC: Alpine and Gentoo, and Debian or Devuan where it is chosen.

# ID: where its supervisor writes down who he is.
openrc_pidfile() { printf '%s/watch.%s.pid' "$RUN" "$1"; }

openrc_watch() {
  (
    # For both of them, if the kernel lets us.
    printf '%s\n' -1000 >/proc/self/oom_score_adj || :
    export RC_SVCNAME="proxmox-router-watch-$1"
    exec supervise-daemon "$RC_SVCNAME" --start --pidfile "$(openrc_pidfile "$1")" \
      --respawn-delay 1 --respawn-max 0 /bin/sh -- "$RUN/txn/agent.sh" watch "$1" 9>&-
  ) </dev/null >/dev/null 2>&1 || return 1
  detached_late "$1"
}

openrc_apply() { detached_apply "$1"; }

openrc_supervised() {
  case $(get "/proc/$(number "$(get "$(openrc_pidfile "$1")")")/comm") in supervise-daemo*) ;; *) return 1 ;; esac
}

# He ends the watcher, and what he has written down goes with him.
openrc_dismiss() { ! openrc_supervised "$1" || soon kill "$(get "$(openrc_pidfile "$1")")"; }

openrc_install() {
  openrc_script "$BOOT_UNIT" boot <<'END'
  after localmount bootmisc sysctl nftables
  before net networking firewall
END
  openrc_script "$RESTORE_UNIT" "restore boot" <<END
  after $(openrc_name "$BOOT_UNIT") net networking nftables
END
}

# UNIT VERB, its place among the others on standard input.
openrc_script() {
  name=$(openrc_name "$1")
  boot_file "/etc/init.d/$name" 755 "$name" <<END
#!/sbin/openrc-run
# Written by proxmox-router
description="Network as proxmox-router was told last"

depend() {
$(cat)
}

start() {
  ebegin "\$description"
  /bin/sh $LIB/agent $2
  eend \$?
}
END
}

openrc_uninstall() {
  drop_boot_files /etc/init.d "$(openrc_name "$BOOT_UNIT")" "$(openrc_name "$RESTORE_UNIT")"
}

openrc_name() { printf '%s' "${1%.service}"; }

openrc_active() { rc-service "$(openrc_name "$1")" status >/dev/null 2>&1; }
openrc_condition() { rc-service "$(openrc_name "$1")" status 2>&1 | sed -n 's/.*status: //p'; }
openrc_tell() { rc-service --quiet "$(openrc_name "$2")" "$1"; }
openrc_stop() { rc-service --quiet "$(openrc_name "$1")" stop; }
openrc_starts() { rc-update show | grep -q "^ *$(openrc_name "$1") |"; }

# NAME: what comes before the network, and everything else.
openrc_runlevel() {
  if [ "$1" = "$(openrc_name "$BOOT_UNIT")" ]; then printf boot; else printf default; fi
}

openrc_enable() { rc-update --quiet add "$(openrc_name "$1")" "$(openrc_runlevel "$1")"; }
openrc_disable() { rc-update --quiet delete "$(openrc_name "$1")" "$(openrc_runlevel "$1")"; }
openrc_said() { :; }
openrc_reread() { :; }
