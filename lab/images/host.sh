#!/bin/sh
# Build the root of the lab's Proxmox VE host: host.sh MIRROR OUT [MORE-PACKAGES]
set -eu
mirror=$1
out=$2
here=$(dirname "$(readlink -f "$0")")
root=$out/root

packages=$(sed '/^#/d' "$here/host.packages" ${3+"$3"} | paste -sd, -)
mmdebstrap --quiet --mode=root --variant=minbase --format=directory \
  --include="$packages" \
  --aptopt='Acquire::Languages "none"' \
  --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  trixie "$root" "$mirror"

tar -C "$here/host" --owner=0 --group=0 --mode=go+rX -cf - . | tar -C "$root" -xf -

# Each lab has its own host key and gives it to this machine before the first boot.
rm -f "$root"/etc/ssh/ssh_host_*
rm -f "$root"/etc/machine-id "$root"/var/lib/dbus/machine-id
: >"$root/etc/machine-id"
# No name server is in its reach: names that are not in /etc/hosts fail at once.
rm -f "$root/etc/resolv.conf"
echo 'search lab.example' >"$root/etc/resolv.conf"
ln -sf /usr/share/zoneinfo/UTC "$root/etc/localtime"

# ifupdown2 writes its VRF map there and complains when the directory is missing.
mkdir -p "$root/etc/iproute2/rt_tables.d" "$root/etc/network/interfaces.d"
mkdir -p "$root/lab" "$root/lab-control" "$root/etc/pve" "$root/var/lib/vz"

# Proxmox's ifupdown2 leaves the guests' ports on their bridge at a reload; Debian's takes them off.
bridge=$root/usr/share/ifupdown2/addons/bridge.py
option="get_attr_value_first('bridge-ports-condone-regex')"
sed -i "s/= ifaceobj\\.$option\$/= ifaceobj.$option or r'^(tap|veth|fwpr|fwln)[0-9]+'/" "$bridge"
grep -q "$option or " "$bridge"

on() { systemctl --quiet --root="$root" enable "$@"; }
off() { systemctl --quiet --root="$root" disable "$@"; }
on ssh.service networking.service pve-api.service pve-guests.service
# Installed for the product to configure; a fresh Proxmox VE runs none of them.
off dnsmasq.service haproxy.service nftables.service
# These write to the kernel that the lab shares with everybody else, or wait for nothing.
systemctl --quiet --root="$root" mask systemd-networkd-wait-online.service e2scrub_reap.service \
  systemd-pstore.service apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer \
  console-getty.service ssh.socket sshd-keygen.service
find "$root/var/lib/apt/lists" "$root/var/cache/apt" -mindepth 1 -delete
