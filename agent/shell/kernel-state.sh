# WORD…: how far the machine is with what its kernel is to be started with. Changes nothing. Prints
#   iommu on|off
#   reboot yes|no
#   reason TEXT                       nothing where nothing is left to do

# WORD…: why it has to be restarted, or nothing.
due() {
  found=$(settings_without "$@" | head -n 1)
  if [ -n "$found" ]; then
    printf '%s: put it back with pulumi up and detectDrift, then restart the node' "$found"
    return
  fi
  found=$(menu_without "$@")
  if [ -n "$found" ]; then
    printf '%s: run update-grub, then restart the node' "$found"
    return
  fi
  found=$(lacking "$@" </proc/cmdline)
  if [ -n "$found" ]; then
    printf 'the running kernel was started without%s: restart the node' "$found"
    return
  fi
  # What was given up is still in force until then.
  case " $* " in *' pci=assign-busses '*) return ;; esac
  [ -n "$(lacking pci=assign-busses </proc/cmdline)" ] ||
    [ -z "$(settings_without pci=assign-busses)$(menu_without pci=assign-busses)" ] ||
    printf 'the running kernel was started with pci=assign-busses: restart the node'
}

find_loaders
find_words "$@"
# shellcheck disable=SC2086
reason=$(due $words)
reboot=yes
iommu=on
[ -n "$reason" ] || reboot=no
if [ -z "$(list /sys/class/iommu)" ] || [ -z "$(list /sys/kernel/iommu_groups)" ]; then
  iommu=off
  [ $reboot = yes ] || reason='the kernel found no IOMMU: turn on VT-d or AMD-Vi in the firmware'
fi
printf 'iommu %s\nreboot %s\nreason %s\n' $iommu $reboot "$reason"
