#!/bin/sh
# Build the disk, kernel and initrd of the lab's guest template: guest.sh MIRROR OUT
set -eu
mirror=$1
out=$2
here=$(dirname "$(readlink -f "$0")")
root=$out/root

packages=$(sed '/^#/d' "$here/guest.packages" | paste -sd, -)
# The initrd is made below.
INITRD=No mmdebstrap --quiet --mode=root --variant=minbase --format=directory \
  --include="$packages" \
  --essential-hook="tar -C '$here/guest' --owner=0 --group=0 --mode=go+rX -cf - . | tar -C \"\$1\" -xf -" \
  --aptopt='Acquire::Languages "none"' \
  --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='force-confold' \
  trixie "$root" "$mirror"

cp -L "$root/vmlinuz" "$out/vmlinuz"

# Modules that are packed, and those of hardware that no guest has, cost an emulated CPU seconds.
version=$(basename "$root"/usr/lib/modules/*)
(
  cd "$root/usr/lib/modules/$version/kernel"
  keep() {
    find "$1" -mindepth 1 -maxdepth 1 -type d | grep -vxE "$1/($2)" | xargs rm -r
  }
  keep drivers 'acpi|ata|block|cdrom|char|dca|i2c|input|net|nvme|pci|pps|ptp|scsi|vfio|vhost|virt|virtio'
  keep drivers/i2c algos
  keep drivers/input none
  keep drivers/net/ethernet intel
  rm -r drivers/net/wireless net/bluetooth net/mac80211 net/vmw_vsock net/wireless sound
)
chroot "$root" sh -c "find /usr/lib/modules -name '*.xz' -exec busybox unxz {} +"
chroot "$root" depmod "$version"

# Debian's initrd looks for devices and loads drivers for seconds; this one knows what it needs.
initrd=$root/initrd
mkdir -p "$initrd/bin" "$initrd/dev" "$initrd/modules" "$initrd/proc" "$initrd/root" "$initrd/sys"
cp "$root/usr/bin/busybox" "$initrd/bin/"
for module in virtio_pci virtio_scsi virtio_blk sd_mod ahci ata_piix crc32c_intel ext4; do
  chroot "$root" modprobe -S "$version" --show-depends "$module"
done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' >"$initrd/list"
number=100
while read -r module; do
  number=$((number + 1))
  cp "$root$module" "$initrd/modules/$number"
done <"$initrd/list"
cat >"$initrd/init" <<'END'
#!/bin/busybox sh
busybox mount -t devtmpfs devtmpfs /dev
busybox mount -t proc proc /proc
busybox mount -t sysfs sysfs /sys
for module in /modules/*; do busybox insmod "$module"; done
until device=$(busybox findfs LABEL=rootfs 2>/dev/null); do busybox usleep 50000; done
busybox mount -t ext4 -o rw,noatime "$device" /root
exec busybox switch_root /root /sbin/init
END
chmod 755 "$initrd/init"
chroot "$root" sh -c 'cd /initrd && find . | busybox cpio -o -H newc' >"$out/initrd.img" 2>/dev/null
rm -r "$initrd"

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
rm -f "$root"/vmlinuz* "$root"/initrd.img*

mke2fs -q -t ext4 -L rootfs -d "$root" "$out/disk.raw" 2G
rm -rf "$root"
