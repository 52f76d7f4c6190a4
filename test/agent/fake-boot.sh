# Boot loaders for a machine made of namespaces, which starts its kernel with what they were told last:
# GRUB, and proxmox-boot-tool with a partition that systemd-boot reads. /var/lib/boot is its disk;
# fails: the program that ends with an error; partition: there is one of proxmox-boot-tool's.
mkdir -p /run/boot/sbin /var/lib/boot/grub
if [ ! -e /var/lib/boot/grub/grub.cfg ]; then
  printf '# If you change this file, run update-grub afterwards.\nGRUB_CMDLINE_LINUX_DEFAULT="quiet"\n' >/etc/default/grub
  printf 'root=ZFS=rpool/ROOT/pve-1 boot=zfs\n' >/etc/kernel/cmdline
  first=yes
fi
cat >/run/boot/sbin/grub-mkconfig <<'END'
#!/usr/bin/busybox sh
echo "$0" >>/var/lib/boot/calls
[ "$(cat /var/lib/boot/fails 2>/dev/null)" != grub-mkconfig ] || { echo 'cannot find a device for /' >&2; exit 1; }
. /etc/default/grub
for one in /etc/default/grub.d/*.cfg; do [ ! -e "$one" ] || . "$one"; done
printf 'menuentry x {\n\tlinux\t/boot/vmlinuz-6 root=/dev/sda1 ro %s %s\n}\n' "$GRUB_CMDLINE_LINUX" "$GRUB_CMDLINE_LINUX_DEFAULT" >"$2"
END
cat >/run/boot/sbin/proxmox-boot-tool <<'END'
#!/usr/bin/busybox sh
if [ "$1" = status ]; then
  printf 'System currently booted with uefi\nABCD-0123 is configured with: uefi (versions: 6.8.12-1-pve)\n'
else
  echo "$0" >>/var/lib/boot/calls
  grep -q root= /etc/kernel/cmdline || exit 1
  head -n 1 /etc/kernel/cmdline >/var/lib/boot/entry
fi
END
cat >/run/boot/sbin/update-initramfs <<'END'
#!/usr/bin/busybox sh
echo "$0" >>/var/lib/boot/calls
cat /etc/systemd/network/*.link >/var/lib/boot/initramfs 2>/dev/null || :
END
chmod 755 /run/boot/sbin/*
mount -t overlay -o lowerdir=/run/boot/sbin:/usr/sbin overlay /usr/sbin
mount --bind /var/lib/boot /boot
[ -z "${first-}" ] || { grub-mkconfig -o /boot/grub/grub.cfg; rm /boot/calls; }
if [ -e /boot/partition ]; then cat /boot/entry; else sed -n 's/^\tlinux\t[^ ]* //p' /boot/grub/grub.cfg; fi >/run/boot/cmdline
mount --bind /run/boot/cmdline /proc/cmdline
[ -e /boot/processor ] || echo GenuineIntel >/boot/processor
mount --bind /boot/processor /proc/cpuinfo
