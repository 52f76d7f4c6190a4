# Atoms that are services:
#   unit NAME                         a service whose file is ours; it runs while it is declared
#   service NAME restart|reload       a service of others that reads files of ours
#   program NAME PACKAGE              what a service of ours runs; it is not installed for anybody
#   networkd [DEVICE]…                systemd-networkd reads its files again; its DHCP servers on the
#                                     devices forget whom they gave which address

is_unit() {
  by_supervisor active "$1" || { printf '%s: expected active, found %s\n' "$1" "$(by_supervisor condition "$1")"; return 1; }
}

put_unit() {
  [ "$CHANGED" = no ] && is_unit "$1" >/dev/null && return
  if ! by_supervisor reread || ! by_supervisor tell restart "$1"; then
    by_supervisor said "$1"
    return 1
  fi
}

del_unit() {
  ! by_supervisor active "$1" || by_supervisor stop "$1"
  by_supervisor reread
}

foreign_unit() { :; }

is_service() { is_unit "$1"; }

put_service() {
  [ "$CHANGED" = no ] && is_service "$1" >/dev/null && return
  by_supervisor tell "$2" "$1" 2>/dev/null || by_supervisor tell restart "$1"
}

del_service() {
  [ "$CHANGED" = no ] || by_supervisor tell "$2" "$1" 2>/dev/null || by_supervisor tell restart "$1"
}

foreign_service() { :; }

is_networkd() { is_unit systemd-networkd.service; }

put_networkd() {
  [ "$CHANGED" = no ] && is_networkd >/dev/null && return
  for device in "$@"; do rm -f "/var/lib/systemd/network/dhcp-server-lease/$device"; done
  systemctl start systemd-networkd.service && networkctl reload
}

del_networkd() { [ "$CHANGED" = no ] || networkctl reload; }

foreign_networkd() { :; }

is_program() {
  command -v "$1" >/dev/null || { printf '%s: not found; install %s\n' "$1" "$2"; return 1; }
}

put_program() { is_program "$@"; }

del_program() { :; }

foreign_program() { is_program "$@" || :; }
