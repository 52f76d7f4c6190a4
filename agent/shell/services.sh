# Atoms that are services:
#   unit NAME                         a service whose file is ours; it runs while it is declared
#   service NAME restart|reload       a service of others that reads files of ours
#   networkd [DEVICE]…                systemd-networkd reads its files again; its DHCP servers on the
#                                     devices forget whom they gave which address

is_unit() {
  systemctl is-active --quiet "$1" || { printf '%s: expected active, found %s\n' "$1" "$(systemctl is-active "$1")"; return 1; }
}

put_unit() {
  [ "$CHANGED" = no ] && is_unit "$1" >/dev/null && return
  if ! systemctl daemon-reload || ! systemctl restart "$1"; then
    journalctl --unit="$1" --lines=3 --output=cat --no-pager 2>/dev/null | cut -c1-200
    return 1
  fi
}

del_unit() {
  ! systemctl is-active --quiet "$1" || systemctl stop "$1"
  systemctl daemon-reload
}

foreign_unit() { :; }

is_service() { is_unit "$1"; }

put_service() {
  [ "$CHANGED" = no ] && is_service "$1" >/dev/null && return
  systemctl "$2" "$1" 2>/dev/null || systemctl restart "$1"
}

del_service() { [ "$CHANGED" = no ] || systemctl "$2" "$1" 2>/dev/null || systemctl restart "$1"; }

foreign_service() { :; }

is_networkd() { is_unit systemd-networkd.service; }

put_networkd() {
  [ "$CHANGED" = no ] && is_networkd >/dev/null && return
  for device in "$@"; do rm -f "/var/lib/systemd/network/dhcp-server-lease/$device"; done
  systemctl start systemd-networkd.service && networkctl reload
}

del_networkd() { [ "$CHANGED" = no ] || networkctl reload; }

foreign_networkd() { :; }
