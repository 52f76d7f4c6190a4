# Boot loaders, as Proxmox has them: GRUB on its own, or GRUB and systemd-boot on partitions that
# proxmox-boot-tool keeps alike. GRUB reads a file of ours beside the administrator's; systemd-boot
# has one line of text for everybody.

PARTITIONS=/etc/kernel/proxmox-boot-uuids
GRUB_SETTINGS=/etc/default/grub.d/zz-proxmox-router.cfg
GRUB_MENU=/boot/grub/grub.cfg
CMDLINE=/etc/kernel/cmdline

# What is known of what this machine is started with, for the one slice that has it.
KERNEL=$STATE/kernel

# Sets `loaders` to those that this machine has, a blank after each.
find_loaders() {
  look "$KERNEL/loaders"
  loaders=$line
  [ -z "$loaders" ] || return 0
  if [ ! -s "$PARTITIONS" ]; then
    ! command -v grub-mkconfig >/dev/null || [ ! -e "$GRUB_MENU" ] || loaders='grub '
    return 0
  fi
  said=$(proxmox-boot-tool status 2>/dev/null) || :
  case $said in *' grub ('*) loaders='grub ' ;; esac
  case $said in *' uefi ('*) loaders="${loaders}systemd " ;; esac
  [ -z "$loaders" ] || return 0
  if [ -d /sys/firmware/efi ]; then loaders='systemd '; else loaders='grub '; fi
}

# WORD…: sets `words` to those that this machine is to be started with. `intel:` is before one that
# only Intel's IOMMU knows; to AMD's it would be an error in the log.
find_words() {
  words=
  for one in "$@"; do
    case $one in
      intel:*) ! is_intel || words="$words ${one#intel:}" ;;
      *) words="$words $one" ;;
    esac
  done
  words=${words# }
}

# By the table that the firmware has of its IOMMU; without one by the processor.
is_intel() {
  [ -e /sys/firmware/acpi/tables/DMAR ] ||
    { [ ! -e /sys/firmware/acpi/tables/IVRS ] && grep -q 'GenuineIntel' /proc/cpuinfo; }
}

# WORD…: settings of this machine in which some are not in force, a line each.
settings_without() {
  for loader in $loaders; do
    case $loader in
      grub) from=$GRUB_SETTINGS ;;
      systemd) from=$CMDLINE ;;
    esac
    # shellcheck disable=SC2016
    missing=$(sed 's/.*="$GRUB_CMDLINE_LINUX_DEFAULT \(.*\)"$/\1/; /^#/d' "$from" 2>/dev/null | lacking "$@")
    [ -z "$missing" ] || printf '%s lacks%s\n' "$from" "$missing"
  done
}

# WORD…: what GRUB would start the kernel without, if it is on its own.
menu_without() {
  [ ! -s "$PARTITIONS" ] || return 0
  missing=$(sed -n 's/^[[:blank:]]*linux[[:blank:]][[:blank:]]*[^[:blank:]]*[[:blank:]]//p' "$GRUB_MENU" 2>/dev/null | head -n 1 | lacking "$@")
  [ -z "$missing" ] || printf '%s lacks%s\n' "$GRUB_MENU" "$missing"
}
