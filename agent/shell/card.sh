# Cards that can be many (SR-IOV): which one is meant, and who has its virtual functions.

# CARD, its permanent MAC address or its PCI address: sets NIC, its name now, and DEV. Names change,
# and a card that is moved to another slot, or whose bus is numbered anew, has another PCI address.
card() {
  NIC='' DEV=$(readlink -f "/sys/bus/pci/devices/$1" 2>/dev/null) || :
  case $1 in
    ??:??:??:??:??:??)
      for candidate in $(with_permanent_address "$1"); do
        # Bridges and VLANs take over the address of a card, and so may its virtual functions.
        [ -e "/sys/class/net/$candidate/device" ] || continue
        [ ! -e "/sys/class/net/$candidate/device/physfn" ] || continue
        NIC=$candidate
        DEV=$(readlink -f "/sys/class/net/$NIC/device")
        # A virtio device is one inside of a PCI function.
        case $DEV in */virtio[0-9]*) DEV=${DEV%/*} ;; esac
      done
      ;;
    *) NIC=$(list "$DEV/net" | head -n 1) ;;
  esac
  [ -n "$NIC" ]
}

# MAC: the names of what had it before it was given another, or has it still.
with_permanent_address() { permanent_addresses | sed -n "s/ $1\$//p"; }

# Each link with the address that it was made with. Those of its virtual functions follow in its line.
permanent_addresses() {
  ip -o link show | awk '{
    # In place of line breaks, with nothing before them.
    gsub(/\\/, " ")
    permanent = ""
    for (i = 3; i < NF && !($i == "vf" && $(i + 2) == "link/ether"); i++)
      if ($i ~ /^(link\/ether|permaddr)$/) permanent = $(i + 1)
    sub(/[@:].*/, "", $2)
    print $2, permanent
  }'
}

# The directories of the virtual functions of the card that was found, the first first. Their
# addresses are not consecutive.
virtual_functions() {
  index=0
  while [ -e "$DEV/virtfn$index" ]; do
    readlink -f "$DEV/virtfn$index"
    index=$((index + 1))
  done
}

# DIRECTORY: its driver, or nothing.
driver_of() {
  bound=$(readlink "$1/driver" 2>/dev/null) || :
  printf '%s' "${bound##*/}"
}

# Who has virtual functions of the card that was found, a line each. To take one away from a guest
# would never return, not even if it is killed.
held() {
  for directory in $(virtual_functions); do
    who=$(holder "$directory")
    [ -z "$who" ] || printf 'virtual function %s is in use by %s\n' "${directory##*/}" "$who"
  done
}

# DIRECTORY
holder() {
  guest=$(guest_with "${1##*/}")
  driver=$(driver_of "$1")
  if [ -n "$guest" ]; then printf 'VM %s' "$guest"
  elif [ "$driver" = vfio-pci ]; then user_of "$1"
  elif [ -n "$driver" ] && [ -z "$(list "$1/net")" ]; then printf 'another network namespace'
  fi
}

# DIRECTORY: the process that has it open. A guest that has ended leaves it with the driver.
user_of() {
  group=$(readlink "$1/iommu_group") || return 0
  for name in "${group##*/}" $(list "$1/vfio-dev" | sed 's,^,devices/,'); do
    set +f
    opened=$(find /proc/[0-9]*/fd -lname "/dev/vfio/$name" 2>/dev/null | head -n 1)
    set -f
    [ -n "$opened" ] || continue
    pid=${opened#/proc/} pid=${pid%%/*}
    printf 'process %s (%s)' "$pid" "$(get "/proc/$pid/comm")"
    return
  done
}

# PCI ADDRESS [MAPPING]: the first guest of this node that runs with it, by itself, as one function of a
# whole device, or by a mapping that is not the one that is named.
guest_with() {
  names=$(awk -v address="$1" -v device="${1%.*}" -v mine="${2-}" -v ORS=' ' '
    /^[^ \t#]/ { name = $1 }
    {
      count = split($0, word, /[ \t,;=]/)
      for (i = 1; i <= count; i++)
        if (name != mine && (word[i] == address || word[i] == device)) print name
    }' /etc/pve/mapping/pci.cfg 2>/dev/null) || :
  for config in $(list /etc/pve/qemu-server); do
    [ -d "/proc/$(number "$(get "/run/qemu-server/${config%.conf}.pid")")" ] || continue
    # Snapshots follow, each with a heading.
    for word in $(sed -n '/^\[/q; s/^hostpci[0-9]*://p' "/etc/pve/qemu-server/$config" | tr ',;=' '   '); do
      case " $names${1%.*} $1 " in
        *" $word "* | *" 0000:$word "*) printf '%s' "${config%.conf}"; return ;;
      esac
    done
  done
}
