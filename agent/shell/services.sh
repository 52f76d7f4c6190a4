# Atoms that are services:
#   unit NAME                         a service whose file is ours; it runs while it is declared
#   service NAME restart|reload       a service of others that reads files of ours
#   program NAME PACKAGE              what a service of ours runs; it is not installed for anybody
#   networkd [DEVICE]…                systemd-networkd reads its files again; its DHCP servers on the
#                                     devices forget whom they gave which address
#   serve DEVICE forget|keep          a DHCP server of systemd-networkd on a device of others

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

SERVED=/etc/systemd/network

# DEVICE: sets `served` to the file that systemd-networkd has for it, or to nothing.
served_by() {
  served=
  look "/sys/class/net/$1/ifindex"
  [ -r "/run/systemd/netif/links/${line:-none}" ] || return 0
  while IFS='=' read -r key value; do
    [ "$key" != NETWORK_FILE ] || served=$value
  done <"/run/systemd/netif/links/$line"
}

is_serve() {
  is_unit systemd-networkd.service || return 1
  served_by "$1"
  [ "$served" = "$SERVED/20-$1.network" ] ||
    { printf 'DHCP on %s: expected %s, found %s\n' "$1" "$SERVED/20-$1.network" "${served:-none}"; return 1; }
}

put_serve() {
  [ "$CHANGED" = no ] && is_serve "$1" >/dev/null && return
  [ "$2" = keep ] || rm -f "/var/lib/systemd/network/dhcp-server-lease/$1"
  # Not enabled: that would have the boot wait for links to be online, of which it has none.
  systemctl start systemd-networkd.service && networkctl reload
}

del_serve() {
  del_file "$SERVED/20-$1.network" || return 1
  rm -f "/var/lib/systemd/network/dhcp-server-lease/$1"
  by_supervisor active systemd-networkd.service || return 0
  look "/sys/class/net/$1/ifindex"
  # Who does not start at boot, and has nothing else to do, was started by us.
  if ! by_supervisor starts systemd-networkd.service &&
    ! grep -ls '^NETWORK_FILE=' -r /run/systemd/netif/links | grep -qv "/${line:-none}\$"; then
    systemctl stop systemd-networkd.socket systemd-networkd.service
    return
  fi
  # It takes the addresses along that its file named.
  addresses=$(ip -4 -o address show dev "$1" scope global 2>/dev/null | awk '{ print $4 }')
  networkctl reload || return 1
  tries=0
  while served_by "$1" && [ -n "$served" ] && [ $tries -lt 20 ]; do
    tries=$((tries + 1))
    sleep 0.1
  done
  for address in $addresses; do
    is_address "$1" "$address" >/dev/null || ip address add "$address" dev "$1" || return 1
  done
}

# What lies there unused would come into force along with ours.
foreign_serve() {
  by_supervisor active systemd-networkd.service && return
  for directory in /etc /run /usr/local/lib; do
    for found in $(matching "$directory/systemd/network/*.network") $(matching "$directory/systemd/network/*.netdev"); do
      [ "$found" = "$SERVED/20-$1.network" ] ||
        printf '%s would come into force with systemd-networkd, which does not run here: move it away, or take dnsmasq\n' "$found"
    done
  done
}

is_program() {
  command -v "$1" >/dev/null || { printf '%s: not found; install %s\n' "$1" "$2"; return 1; }
}

put_program() { is_program "$@"; }

del_program() { :; }

foreign_program() { is_program "$@" || :; }
