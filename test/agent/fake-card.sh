# A card that can be many, for a machine made of namespaces: a tree in place of sysfs's, and two
# programs that do what the kernel and the driver igb would. /run/card/errno: what the next try to
# make virtual functions ends with; /run/card/late: whether they come later, or never; /run/card/refuses:
# the settings that the driver does not know.
mkdir -p /run/card/vf /run/real
mount -t tmpfs tmpfs /sys/class/net
mount -t tmpfs tmpfs /sys/bus/pci/devices
ln -s /sys/devices/virtual/net/lo /sys/devices/virtual/net/eth0 /sys/class/net
ip link add name enp1s0 address 02:aa:00:00:00:01 type veth peer name wire
ip link set dev wire up

pf=/sys/bus/pci/devices/0000:01:00.0
mkdir -p $pf/net/enp1s0 /sys/class/net/enp1s0
ln -s $pf /sys/class/net/enp1s0/device
ln -s /sys/devices/virtual/net/enp1s0/carrier /sys/class/net/enp1s0
ln -s /sys/bus/pci/drivers/igb $pf/driver
ln -s /sys/kernel/iommu_groups/7 $pf/iommu_group
mkdir -p /run/card/groups/7
mount --bind /run/card/groups /sys/kernel/iommu_groups
echo 7 >$pf/sriov_totalvfs
echo 0 >$pf/sriov_numvfs
echo 1 >$pf/sriov_drivers_autoprobe

cat >/run/card/tee <<'END'
#!/usr/bin/busybox sh
for file; do :; done
case $file in */sriov_numvfs) ;; *) exec /run/real/tee "$@" ;; esac
fail() { echo "tee: $file: $1" >&2; exit 1; }
pf=$(readlink -f "${file%/*}")
read -r wanted
read -r has <"$file"
[ ! -s /run/card/errno ] || [ "$wanted" = 0 ] || fail "$(cat /run/card/errno)"
[ "$wanted" != "$has" ] || exit 0
[ "$wanted" -le "$(cat "$pf/sriov_totalvfs")" ] || fail 'Numerical result out of range'
[ "$wanted" = 0 ] || [ "$has" = 0 ] || fail 'Device or resource busy'
for vf in "$pf"/virtfn*; do
  [ ! -e "$vf" ] || rm -r "$(readlink -f "$vf")" "$vf"
done
rm -rf /run/card/vf/*
# Two of them are four numbers apart.
appear() {
  n=0
  while [ $n -lt "$wanted" ]; do
    vf=${pf%/*}/0000:01:1$((n / 4)).$((n % 4 * 2))
    mkdir "$vf"
    ln -s "$pf" "$vf/physfn"
    echo '(null)' >"$vf/driver_override"
    for id in vendor=0x8086 device=0x10ca subsystem_vendor=0x8086 subsystem_device=0xa03c; do
      echo "${id#*=}" >"$vf/${id%=*}"
    done
    [ ! -L "$pf/iommu_group" ] || ln -s /sys/kernel/iommu_groups/$((8 + n)) "$vf/iommu_group"
    if [ "$(cat "$pf/sriov_drivers_autoprobe")" = 1 ]; then
      mkdir -p "$vf/net/enp1s0v$n"
      ln -s /sys/bus/pci/drivers/igbvf "$vf/driver"
    fi
    ln -s "$vf" "$pf/virtfn$n"
    mkdir /run/card/vf/$n
    (cd /run/card/vf/$n && echo 00:00:00:00:00:00 >mac && echo 0 >vlan && echo 0 >qos &&
      echo off >trust && echo on >spoofchk && echo auto >state && echo 0 >max_tx_rate && echo 0 >min_tx_rate)
    n=$((n + 1))
  done
}
echo "$wanted" >"$file"
case $(cat /run/card/late 2>/dev/null) in
  '') appear ;;
  later) (/usr/bin/busybox usleep 300000 && appear) >/dev/null 2>&1 & ;;
esac
END

cat >/run/card/ip <<'END'
#!/usr/bin/busybox sh
fail() { echo "RTNETLINK answers: $1" >&2; exit 2; }
card=$(cat /run/card/name)
case "$*" in
  "link set dev $card vf "*)
    echo "$*" >>/run/card/told
    [ -d "/run/card/vf/$6" ] || fail 'Invalid argument'
    ! grep -qsw "$7" /run/card/refuses || fail 'Operation not supported'
    case $7 in *_rate) [ "$(cat "/sys/class/net/$card/carrier" 2>/dev/null)" = 1 ] || fail 'Invalid argument' ;; esac
    echo "$8" >"/run/card/vf/$6/$7"
    [ "$7" != vlan ] || echo "${10}" >"/run/card/vf/$6/qos"
    ;;
  "-d link show dev $card")
    /run/real/ip "$@"
    for n in $(ls /run/card/vf | sort -n); do
      cd /run/card/vf/$n
      line="    vf $n     link/ether $(cat mac) brd ff:ff:ff:ff:ff:ff"
      for one in vlan qos; do [ "$(cat $one)" = 0 ] || line="$line, $one $(cat $one)"; done
      for one in max_tx_rate min_tx_rate; do [ "$(cat $one)" = 0 ] || line="$line, $one $(cat $one)Mbps"; done
      echo "$line, spoof checking $(cat spoofchk), link-state $(cat state), trust $(cat trust), query_rss off"
    done
    ;;
  '-o link show')
    functions=
    for n in $(ls /run/card/vf | sort -n); do
      functions="$functions\\\\    vf $n     link/ether $(cat /run/card/vf/$n/mac) brd ff:ff:ff:ff:ff:ff, trust off"
    done
    /run/real/ip "$@" |
      sed "/ $card@/{/ 02:aa:00:00:00:01 /!s/\$/ permaddr 02:aa:00:00:00:01/;s|\$|$functions|}"
    ;;
  *) exec /run/real/ip "$@" ;;
esac
END

echo enp1s0 >/run/card/name
for program in tee ip; do
  path=$(readlink -f "$(command -v $program)")
  cp "$path" /run/real/$program
  chmod 755 /run/card/$program
  mount --bind /run/card/$program "$path"
done
