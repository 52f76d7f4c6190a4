# Look up a card for a guest, and every reason not to give it away. Changes nothing.
#   NODE CARD function|card MAPPING   CARD is a permanent MAC address or a PCI address, which stands
#                                     for a whole card where it names no function
# Prints `path`, `id`, `subsystem`, `group`, and a line `port ADDRESS MAC` for each port in order, with
# `-` for a MAC that is out of sight.

# ADDRESS FIELD: what the Proxmox API says of a device.
told() { printf '%s\n' "$LISTING" | grep -F "\"id\":\"$1\"" | sed -n "s/.*\"$2\":\"\{0,1\}\([^\",}]*\).*/\1/p"; }

# PATTERN: the devices of which it says that.
those_with() { printf '%s\n' "$LISTING" | grep "$1" | sed 's/.*"id":"\([^"]*\)".*/\1/' | sort; }

# ADDRESS: the names of its ports.
nics_of() {
  for inside in . $(list "/sys/bus/pci/devices/$1" | grep '^virtio[0-9]'); do
    list "/sys/bus/pci/devices/$1/$inside/net"
  done
}

# NIC: the address that it was made with.
permanent_address() { permanent_addresses | sed -n "s/^$1 //p"; }

# The mapping that was made of it before, as the API prints it.
mapped() { pvesh get "/cluster/mapping/pci/$MAPPING" --output-format json 2>/dev/null || :; }

# Where the card is that a guest has by that mapping: no driver of the host tells its address then.
place_mapped() {
  mapping=$(mapped)
  case $mapping in *"$CARD"*) ;; *) return ;; esac
  place=$(printf '%s\n' "$mapping" | grep -o '"[^"]*"' | grep "node=${NODE}[,\"]" | sed -n 's/.*path=\([^,"]*\).*/\1/p')
  case $place in *.*) first=$place ;; *) first=$place.0 ;; esac
  [ "$(driver_of "/sys/bus/pci/devices/$first")" != vfio-pci ] || printf '%s' "$place"
}

# Sets PLACE, as a mapping has it, and FUNCTIONS.
resolve() {
  PLACE=$CARD
  case $CARD in
    ??:??:??:??:??:??)
      if card "$CARD"; then
        PLACE=${DEV##*/}
        [ "$EXTENT" = function ] || PLACE=${PLACE%.*}
      else
        PLACE=$(place_mapped)
      fi
      [ -n "$PLACE" ] ||
        die $MISSING "mac: no network card of this node has the permanent address $CARD; expected one that a driver of the host has"
      ;;
  esac
  case $PLACE in
    *.*) FUNCTIONS=$(those_with "\"id\":\"$PLACE\"") ;;
    *) FUNCTIONS=$(those_with "\"id\":\"$PLACE\.[0-7]\"") ;;
  esac
  FUNCTIONS=$(printf '%s' "$FUNCTIONS" | tr '\n' ' ')
  [ -n "$FUNCTIONS" ] ||
    die $MISSING "path: no PCI device $PLACE on this node; expected one of $(those_with '"class":"0x02' | tr '\n' ' ')"
}

# Every reason not to give it away, a line each.
reasons() {
  ways=$(ways_in)
  for function in $FUNCTIONS; do
    case $(told "$function" iommugroup) in
      '' | -*) printf 'the IOMMU is off, and no guest can be given a card: turn on VT-d or AMD-Vi in the firmware, and intel_iommu=on on the kernel command line\n' ;;
      *) shared "$function" ;;
    esac
    for nic in $(nics_of "$function"); do
      ! printf '%s\n' "$ways" | grep -qxF -- "$nic" ||
        printf '%s (%s) is what this machine is reached by: choose another card\n' "$function" "$nic"
    done
    whose=$(readlink "/sys/bus/pci/devices/$function/physfn") || whose=
    [ -z "$whose" ] ||
      printf '%s is a virtual function of %s: declare it in an SriovVfSet\n' "$function" "${whose##*/}"
    count_of "$(get "/sys/bus/pci/devices/$function/sriov_numvfs")"
    [ "$count" = 0 ] ||
      printf '%s has %s virtual functions, which would be lost: give away one of them, or take them away first\n' "$function" "$count"
    guest=$(guest_with "$function" "$MAPPING")
    [ -z "$guest" ] || printf '%s is in use by VM %s: take it away from that first\n' "$function" "$guest"
  done | awk '!seen[$0]++'
}

# FUNCTION: what the host would have to let go of along with it.
shared() {
  group=$(told "$1" iommugroup)
  for other in $(in_group "$1" "$group"); do
    case " $FUNCTIONS " in *" $other "*) continue ;; esac
    driver=$(driver_of "/sys/bus/pci/devices/$other")
    case $driver in vfio-pci | pci-stub) continue ;; esac
    # One that the host shows, and that has no driver, is in nobody's way.
    [ -n "$driver" ] || [ ! -e "/sys/bus/pci/devices/$other" ] || continue
    names=$(nics_of "$other" | tr '\n' ' ')
    printf '%s shares IOMMU group %s with %s (%s%s), and no guest can have one while the host has the other: move the card to another slot\n' \
      "$1" "$group" "$other" "$names" "${driver:-driver unknown}"
  done
}

# FUNCTION GROUP: all of its group, the API leaves some out; but not the bridges, which stay.
in_group() {
  {
    those_with "\"iommugroup\":\"\{0,1\}$2[^0-9]"
    list "/sys/bus/pci/devices/$1/iommu_group/devices"
  } | sort -u | while read -r member; do
    case $(get "/sys/bus/pci/devices/$member/class")$(told "$member" class) in 0x0604*) ;; *) printf '%s\n' "$member" ;; esac
  done
}

# FIRST: the card in words.
describe() {
  plain() { told "$1" "$2" | sed 's/^0x//'; }
  printf 'path %s\nid %s:%s\n' "$PLACE" "$(plain "$1" vendor)" "$(plain "$1" device)"
  [ -z "$(told "$1" subsystem_vendor)" ] ||
    printf 'subsystem %s:%s\n' "$(plain "$1" subsystem_vendor)" "$(plain "$1" subsystem_device)"
  printf 'group %s\n' "$(told "$1" iommugroup)"
}

# The ports in order. Of a card that a guest has, the mapping keeps the addresses.
ports() {
  found=$(for function in $FUNCTIONS; do
    case $(told "$function" class) in 0x02*) ;; *) continue ;; esac
    nics=$(nics_of "$function")
    for nic in ${nics:--}; do printf 'port %s %s\n' "$function" "$(permanent_address "$nic")"; done
  done)
  kept=
  ! printf '%s\n' "$found" | grep -q ' $' || kept=$(mapped | sed -n 's/.*"description":"\([^"]*\)".*/\1/p')
  printf '%s' "$found" | awk -v kept="$kept" '
    BEGIN { count = split(kept, word, " "); for (i = 1; i <= count; i++) if (length(word[i]) == 17 && index(word[i], ":") == 3) mac[++known] = word[i] }
    { print $1, $2, $3 != "" ? $3 : NR in mac ? mac[NR] : "-" }'
}

NODE=$1 CARD=$2 EXTENT=$3 MAPPING=$4
LISTING=$(pvesh get "/nodes/$NODE/hardware/pci" --output-format json) ||
  die $MISSING "the Proxmox API does not list the PCI devices of node $NODE"
LISTING=$(printf '%s\n' "$LISTING" | sed 's/" *: */":/g; s/} *, *{/}\n{/g')
resolve
refusal=$(reasons)
[ -z "$refusal" ] || die $FOREIGN "$refusal"
describe "${FUNCTIONS%% *}"
ports
