# CARD COUNT: its virtual functions, a line each, as mappings of Proxmox have to describe them:
#   NUMBER ADDRESS MAC VENDOR:DEVICE SUBSYSTEM:SUBDEVICE GROUP
# The group is `-` where the IOMMU is off.

# FILE: the hexadecimal digits in it.
digits() { get "$1" | sed 's/^0x//'; }

card "$1" ||
  die $MISSING "card $1 is not in this machine: expected its permanent MAC address or its PCI address"
found=$(virtual_functions | grep -c .) || :
[ "$found" = "$2" ] || die $MISSING "card $1: expected $2 virtual functions, found $found"
row=0
for directory in $(virtual_functions); do
  group=$(readlink "$directory/iommu_group") || group=-
  printf '%s %s %s %s:%s %s:%s %s\n' "$row" "${directory##*/}" "$(shown "$row" mac)" \
    "$(digits "$directory/vendor")" "$(digits "$directory/device")" \
    "$(digits "$directory/subsystem_vendor")" "$(digits "$directory/subsystem_device")" "${group##*/}"
  row=$((row + 1))
done
