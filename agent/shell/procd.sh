# procd: OpenWrt.

# OpenWrt has /var in memory. What has to survive lies in /etc, and is seen where it always is.
procd_keep_state() {
  mkdir -p "${STATE%/*}"
  [ ! -e "$STATE" ] || return 0
  [ "$(df -P "${STATE%/*}" | awk 'NR == 2 { print $1 }')" = tmpfs ] || return 0
  mkdir -p /etc/proxmox-router && ln -sfn /etc/proxmox-router "$STATE"
}

# ID: the name by which procd knows the watcher.
procd_watcher() { printf 'proxmox-router-watch-%s' "$1"; }

# VERB ID: ask procd about the watcher.
procd_ask() { ubus call service "$1" "{\"name\":\"$(procd_watcher "$2")\"}"; }

procd_watch() {
  cat >"$RUN/$(procd_watcher "$1")" <<END
USE_PROCD=1

start_service() {
  procd_open_instance
  procd_set_param command /bin/sh $RUN/txn/agent.sh watch $1
  # However soon it ends, again after a second, and for ever.
  procd_set_param respawn 0 1 0
  procd_close_instance
}
END
  /bin/sh /etc/rc.common "$RUN/$(procd_watcher "$1")" start </dev/null >/dev/null 2>&1 9>&- || return 1
  detached_late "$1"
}

procd_apply() { detached_apply "$1"; }

procd_supervised() { procd_ask list "$1" | grep -q "\"$(procd_watcher "$1")\""; }

procd_dismiss() {
  rm -f "$RUN/$(procd_watcher "$1")"
  soon ubus call service delete "{\"name\":\"$(procd_watcher "$1")\"}"
}

# Before the network (20), and after everything else that comes up by itself.
procd_install() {
  procd_script "$BOOT_UNIT" 12 boot
  procd_script "$RESTORE_UNIT" 98 "restore boot"
}

# UNIT PLACE VERB
procd_script() {
  name=$(procd_name "$1")
  boot_file "/etc/init.d/$name" 755 "$name" <<END
#!/bin/sh /etc/rc.common
# Written by proxmox-router
START=$2

start() {
  /bin/sh $LIB/agent $3
}
END
}

procd_uninstall() {
  drop_boot_files /etc/init.d "$(procd_name "$BOOT_UNIT")" "$(procd_name "$RESTORE_UNIT")"
}

procd_name() { printf '%s' "${1%.service}"; }

procd_active() { "/etc/init.d/$(procd_name "$1")" running; }
procd_condition() { procd_active "$1" && printf active || printf stopped; }
procd_tell() { "/etc/init.d/$(procd_name "$2")" "$1"; }
procd_stop() { "/etc/init.d/$(procd_name "$1")" stop; }
procd_starts() { "/etc/init.d/$(procd_name "$1")" enabled; }
procd_enable() { "/etc/init.d/$(procd_name "$1")" enable; }
procd_disable() { "/etc/init.d/$(procd_name "$1")" disable; }
procd_said() { logread -e "$(procd_name "$1")" 2>/dev/null | tail -n 3 | cut -c1-200; }
procd_reread() { :; }
