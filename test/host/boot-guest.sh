#!/bin/sh
# Boot a clone of the guest template in the host; prints its interfaces as the guest agent sees them.
set -eu
work=$(mktemp -d)
cd "$work"
unit=guest-test
trap 'systemctl --quiet stop $unit 2>/dev/null || true; ip link del tap-test' EXIT

printf '#cloud-config\nhostname: t1\n' >user-data
echo 'instance-id: t1' >meta-data
cat >network-config <<'CONFIG'
version: 2
ethernets:
  vm0:
    match: {macaddress: "52:54:00:00:01:01"}
    set-name: vm0
    dhcp4: true
  lan:
    match: {macaddress: "52:54:00:00:01:02"}
    set-name: lan
    optional: true
    addresses: [192.168.100.1/24]
CONFIG
genisoimage -quiet -output seed.iso -volid cidata -joliet -rock user-data meta-data network-config
qemu-img create -q -f qcow2 -b /lab/guest/disk.raw -F raw disk.qcow2 3G
ip tuntap add tap-test mode tap
ip link set tap-test master vmbr0 up
systemd-run -q --collect --unit=$unit --slice=qemu qemu-system-x86_64 -nodefaults -display none -vga std \
  -machine q35 -accel tcg,thread=multi -cpu Nehalem -smp 2 -m 512 \
  -kernel /lab/guest/vmlinuz -initrd /lab/guest/initrd.img \
  -append "root=LABEL=rootfs rw quiet mitigations=off apparmor=0 audit=0 nokaslr" \
  -device virtio-scsi-pci,id=scsi0 -device scsi-hd,drive=disk,bus=scsi0.0 \
  -drive "file=$work/disk.qcow2,if=none,id=disk,format=qcow2,cache=unsafe" \
  -drive "file=$work/seed.iso,if=none,id=seed,media=cdrom,readonly=on" -device ide-cd,drive=seed \
  -device virtio-serial -device virtserialport,chardev=qga,name=org.qemu.guest_agent.0 \
  -chardev "socket,path=$work/qga,server=on,wait=off,id=qga" \
  -netdev tap,id=n0,ifname=tap-test,script=no,downscript=no \
  -device virtio-net-pci,netdev=n0,mac=52:54:00:00:01:01 \
  -device pcie-root-port,id=slot1 -netdev hubport,hubid=5,id=n1 \
  -device e1000e,netdev=n1,mac=52:54:00:00:01:02,bus=slot1

ask() {
  { echo '{"execute":"guest-network-get-interfaces"}' && sleep 1; } |
    timeout 3 socat - "UNIX-CONNECT:$work/qga" 2>/dev/null
}
for _ in $(seq 100); do
  systemctl --quiet is-active $unit || {
    journalctl --unit=$unit --no-pager --output=cat >&2
    exit 1
  }
  answer=$(ask || true)
  # Complete when both links have the addresses that their cloud-init drive declares.
  case $answer in *10.99.0.*192.168.100.1* | *192.168.100.1*10.99.0.*) break ;; esac
  sleep 1
done
printf '%s\n' "$answer" | tail -n 1 | jq -c '[.return[] | select(.name != "lo") |
  {name, mac: .["hardware-address"], size: ([.["ip-addresses"][]? |
  select(.["ip-address-type"] == "ipv4")] | length)}]'
