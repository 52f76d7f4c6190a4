#!/bin/sh
# Build the disk, kernel and initrd of the lab's guest template: guest.sh MIRROR OUT
set -eu
mirror=$1
out=$2
here=$(dirname "$(readlink -f "$0")")
root=$out/root

# The initramfs settings go in first, so that the kernel's installation builds the small one.
packages=$(sed '/^#/d' "$here/guest.packages" | paste -sd, -)
mmdebstrap --quiet --mode=root --variant=minbase --format=directory \
  --include="$packages" \
  --essential-hook="tar -C '$here/guest' --owner=0 --group=0 --mode=go+rX -cf - . | tar -C \"\$1\" -xf -" \
  --aptopt='Acquire::Languages "none"' \
  --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='force-confold' \
  trixie "$root" "$mirror"

cp -L "$root/vmlinuz" "$out/vmlinuz"
cp -L "$root/initrd.img" "$out/initrd.img"

# Every clone makes its own identity at the first boot.
rm -f "$root"/etc/ssh/ssh_host_* "$root"/var/lib/dbus/machine-id
: >"$root/etc/machine-id"
echo localhost >"$root/etc/hostname"
ln -sf ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"
ln -sf /usr/share/zoneinfo/UTC "$root/etc/localtime"

systemctl --quiet --root="$root" enable systemd-networkd.service systemd-resolved.service ssh.service
# Measured: these cost the first boot seconds under emulation. wait-online would wait for cables
# that nobody plugged in.
systemctl --quiet --root="$root" mask systemd-networkd-wait-online.service \
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \
  e2scrub_reap.service fstrim.timer systemd-tmpfiles-clean.timer cloud-init-hotplugd.socket \
  getty@tty1.service serial-getty@ttyS0.service ldconfig.service systemd-hwdb-update.service \
  systemd-journal-catalog-update.service systemd-pstore.service proc-sys-fs-binfmt_misc.automount \
  sys-kernel-debug.mount sys-kernel-tracing.mount dev-hugepages.mount dev-mqueue.mount \
  modprobe@configfs.service modprobe@drm.service modprobe@efi_pstore.service \
  modprobe@fuse.service ssh.socket
find "$root/boot" "$root/var/lib/apt/lists" "$root/var/cache/apt" -mindepth 1 -delete
rm -f "$root/vmlinuz" "$root/initrd.img" "$root/vmlinuz.old" "$root/initrd.img.old"

mke2fs -q -t ext4 -L rootfs -d "$root" "$out/disk.raw" 2G
rm -rf "$root"
