#!/bin/sh
# On the host: make the template's kernel and initrd, which its image has not. A guest of it is the
# host's own kernel with the driver of a virtual function. It tells its console the function's address,
# and that a peer at 192.0.2.1 answers it; it answers as 192.0.2.2.
set -eu
kernel=$(uname -r)
out=/lab/guest
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

mkdir -p "$out" "$root/bin" "$root/proc" "$root/sys"
cp /bin/busybox "$root/bin/"
for applet in sh mount insmod ip cat sleep ping; do ln -s busybox "$root/bin/$applet"; done
busybox xzcat "/lib/modules/$kernel/kernel/drivers/net/ethernet/intel/igbvf/igbvf.ko.xz" >"$root/igbvf.ko"
cat >"$root/init" <<'END'
#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sysfs /sys
insmod /igbvf.ko
link=/sys/class/net/eth0
until [ -e $link ]; do sleep 1; done
echo "guest: address $(cat $link/address)"
ip link set eth0 up
until [ "$(cat $link/carrier)" = 1 ]; do sleep 1; done
ip address add 192.0.2.2/24 dev eth0
until ping -c 1 -W 10 192.0.2.1 >/dev/null; do sleep 1; done
echo "guest: answered"
while :; do sleep 3600; done
END
chmod +x "$root/init"
(cd "$root" && find . | cpio -o -H newc --quiet | gzip) >"$out/initrd.img"
cp "/boot/vmlinuz-$kernel" "$out/vmlinuz"
truncate -s 1G "$out/disk.raw"
