# systemd.

systemd_watch() {
  systemd-run --quiet --collect --unit="proxmox-router-watch-$1" --property=Restart=always \
    --property=RestartSec=1 --property=RestartPreventExitStatus=42 \
    --property=SuccessExitStatus=42 \
    --property=StartLimitIntervalSec=0 --property=OOMScoreAdjust=-1000 \
    --property=IgnoreOnIsolate=yes /bin/sh "$RUN/txn/agent.sh" watch "$1" 9>&- || return 1
  systemd-run --quiet --collect --unit="proxmox-router-late-$1" \
    --on-active="$(late_seconds)" --timer-property=AccuracySec=100ms \
    /bin/sh "$RUN/txn/agent.sh" expire "$1" 9>&-
}

systemd_apply() {
  systemd-run --quiet --collect --unit="proxmox-router-apply-$1" --property=RuntimeMaxSec="$(apply_seconds)" \
    /bin/sh "$RUN/txn/agent.sh" apply "$1" 9>&- || return 1
  applier "$(systemctl show --property=MainPID --value "proxmox-router-apply-$1.service")"
}

systemd_supervised() { systemctl is-active --quiet "proxmox-router-watch-$1.service"; }

systemd_dismiss() {
  # The timer first: whoever asks to stop the watcher may be one of its own processes.
  systemctl stop --quiet "proxmox-router-late-$1.timer" 2>/dev/null || :
  systemctl stop --quiet --no-block "proxmox-router-watch-$1.service" 2>/dev/null || :
}

# The units are the same for every generation.
systemd_install() {
  boot_file "/etc/systemd/system/$BOOT_UNIT" 644 "$BOOT_UNIT" <<END
[Unit]
Description=Network as proxmox-router was told last, before it comes up
DefaultDependencies=no
RequiresMountsFor=$STATE $LIB
After=local-fs.target nftables.service
Before=network-pre.target systemd-networkd.service networking.service shutdown.target
Wants=network-pre.target
Conflicts=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh $LIB/agent boot

[Install]
WantedBy=sysinit.target
END
  boot_file "/etc/systemd/system/$RESTORE_UNIT" 644 "$RESTORE_UNIT" <<END
[Unit]
Description=Network as proxmox-router was told last
RequiresMountsFor=$STATE $LIB
After=$BOOT_UNIT network.target networking.service nftables.service
Before=pve-guests.service
PartOf=nftables.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh $LIB/agent restore boot

[Install]
WantedBy=multi-user.target
END
}

systemd_uninstall() {
  drop_boot_files /etc/systemd/system $BOOT_UNIT $RESTORE_UNIT
  systemctl daemon-reload
}

systemd_active() { systemctl is-active --quiet "$1"; }
systemd_condition() { systemctl is-active "$1"; }
systemd_tell() { systemctl "$1" "$2"; }
systemd_stop() { systemctl stop "$1"; }

systemd_starts() {
  case $(systemctl is-enabled "$1" 2>/dev/null) in enabled | static | alias | generated) ;; *) return 1 ;; esac
}

systemd_enable() { systemctl daemon-reload && systemctl enable --quiet "$1"; }
systemd_disable() { systemctl disable --quiet "$1"; }
systemd_said() { journalctl --unit="$1" --lines=3 --output=cat --no-pager 2>/dev/null | cut -c1-200; }
systemd_reread() { systemctl daemon-reload; }
