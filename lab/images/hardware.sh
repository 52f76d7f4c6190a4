#!/bin/sh
# Build the disk of the hardware lab's host, which boots by GRUB: hardware.sh MIRROR OUT
set -eu
mirror=$1
out=$2
here=$(dirname "$(readlink -f "$0")")
root=$out/root

sh "$here/host.sh" "$mirror" "$out" "$here/hardware.packages"
tar -C "$here/hardware" --owner=0 --group=0 --mode=go+rX -cf - . | tar -C "$root" -xf -
chroot "$root" update-initramfs -u

# It has no network but this machine's, and so one key for whoever has the image.
for name in id_ed25519 ssh_host_ed25519_key; do
  ssh-keygen -q -t ed25519 -N '' -C 'hardware lab' -f "$out/$name"
done
cp "$out"/ssh_host_ed25519_key* "$root/etc/ssh/"
mkdir -m 700 -p "$root/root/.ssh"
cp "$out/id_ed25519.pub" "$root/root/.ssh/authorized_keys"

systemctl --quiet --root="$root" enable booted.service
# Measured: these cost an emulated CPU seconds.
systemctl --quiet --root="$root" mask grub-common.service getty@tty1.service serial-getty@ttyS0.service \
  ldconfig.service systemd-hwdb-update.service systemd-journal-catalog-update.service \
  systemd-tmpfiles-clean.timer dpkg-db-backup.timer proc-sys-fs-binfmt_misc.automount \
  sys-kernel-debug.mount sys-kernel-tracing.mount dev-hugepages.mount dev-mqueue.mount \
  modprobe@configfs.service modprobe@drm.service modprobe@efi_pstore.service modprobe@fuse.service

# What grub-install and update-grub would make, without a disk to look at.
kernel=$(basename "$root"/boot/vmlinuz-*)
uuid=$(sed -n 's/^UUID=\([^ ]*\).*/\1/p' "$root/etc/fstab")
arguments=$(. "$root/etc/default/grub" && echo "$GRUB_CMDLINE_LINUX $GRUB_CMDLINE_LINUX_DEFAULT")
cp -r "$root/usr/lib/grub/i386-pc" "$root/boot/grub/"
cat >"$root/boot/grub/grub.cfg" <<END
linux /boot/$kernel root=UUID=$uuid ro $arguments
initrd /boot/initrd.img-${kernel#vmlinuz-}
boot
END
chroot "$root" grub-mkimage -O i386-pc -p '(hd0,msdos1)/boot/grub' -o /tmp/core.img \
  biosdisk part_msdos ext2
mv "$root/tmp/core.img" "$out/core.img"

mke2fs -q -t ext4 -U "$uuid" -d "$root" -E offset=1048576 "$out/disk.raw" 4095M
truncate -s 4096M "$out/disk.raw"
at() { dd of="$out/disk.raw" bs=1 seek="$1" conv=notrunc status=none; }
# The boot code, an active partition of type 83 from sector 2048 on, and GRUB in the gap before it.
head -c 440 "$root/boot/grub/i386-pc/boot.img" | at 0
printf '\200\0\0\0\203\0\0\0\0\010\0\0\0\370\177\0' | at 446
printf '\125\252' | at 510
dd if="$out/core.img" of="$out/disk.raw" bs=512 seek=1 conv=notrunc status=none
rm -r "$root" "$out/core.img"
