# Atoms of cards that can be many (SR-IOV). CARD is a permanent MAC address or a PCI address.
#   vfs CARD COUNT keep|reset host|guests
#                                     how many virtual functions it has; `reset`: those that nobody
#                                     uses may be taken away for it; `guests`: no driver of the host
#   vf CARD NUMBER required|optional SETTING VALUE…
#                                     a setting of one of them, by ip-link(8)'s words; a driver may
#                                     refuse one that is optional
# What was before lies in slices/ID/vf/CARD: count, down, autoprobe, NUMBER.SETTING.

# CARD NAME: where it is written down.
before() { printf '%s/vf/%s/%s' "$SLICE" "$1" "$2"; }

# CARD NAME TEXT: write it down, once.
remember() {
  [ ! -e "$(before "$1" "$2")" ] || return 0
  mkdir -p "$SLICE/vf/$1" && write "$(before "$1" "$2")" "$3"
}

forget() { rm -f "$(before "$1" "$2")"; }

how_many() { number "$(get "$DEV/sriov_numvfs")"; }

is_up() {
  case $(ip -o link show dev "$1") in *'<'*UP*'>'*) ;; *) return 1 ;; esac
}

# WHOSE: the first driver that virtual functions must not have, or nothing.
wrong_driver() {
  [ "$1" = guests ] || return 0
  for directory in $(virtual_functions); do
    case $(driver_of "$directory") in
      '' | vfio-pci) ;;
      *) driver_of "$directory"; return ;;
    esac
  done
}

is_vfs() {
  card "$1" || { printf 'card %s: expected, found none\n' "$1"; return 1; }
  [ "$(how_many)" = "$2" ] ||
    { printf 'card %s: expected %s virtual functions, found %s\n' "$1" "$2" "$(how_many)"; return 1; }
  [ "$2" = 0 ] || is_up "$NIC" || { printf 'card %s: expected up, found down\n' "$1"; return 1; }
  [ -z "$(wrong_driver "$4")" ] ||
    { printf 'card %s: expected no driver of the host, found %s\n' "$1" "$(wrong_driver "$4")"; return 1; }
}

put_vfs() {
  card "$1" || { printf 'card %s: expected, found none\n' "$1"; return 1; }
  remember "$1" count "$(how_many)" || return 1
  if [ "$(how_many)" != "$2" ] || [ -n "$(wrong_driver "$4")" ]; then
    refusal=$(foreign_vfs "$@")
    [ -z "$refusal" ] || { printf '%s\n' "$refusal"; return 1; }
    [ "$(how_many)" = 0 ] || resize "$1" 0 || return 1
    if [ "$4" = guests ]; then probe_never "$1" || return 1; fi
    create "$1" "$2" || return 1
  fi
  [ "$4" = host ] || reserve "$1" || return 1
  # Before it is up they carry nothing, and take no rates.
  [ "$2" = 0 ] || is_up "$NIC" || { remember "$1" down yes && ip link set dev "$NIC" up; }
}

# CARD COUNT
create() { [ "$2" = 0 ] || { resize "$1" "$2" && await_vfs "$1" "$2"; }; }

# CARD: no driver takes the virtual functions that it is about to have.
probe_never() {
  remember "$1" autoprobe "$(get "$DEV/sriov_drivers_autoprobe")" &&
    printf '0\n' >"$DEV/sriov_drivers_autoprobe"
}

# CARD: nor does one that is loaded later; the one by which guests have them can.
reserve() {
  for directory in $(virtual_functions); do
    [ "$(get "$directory/driver_override")" = vfio-pci ] ||
      printf 'vfio-pci\n' >"$directory/driver_override" || return 1
  done
  probe_again "$1"
}

# CARD: whether drivers take virtual functions is as it was.
probe_again() {
  [ -e "$(before "$1" autoprobe)" ] || return 0
  get "$(before "$1" autoprobe)" >"$DEV/sriov_drivers_autoprobe" && forget "$1" autoprobe
}

# CARD COUNT. The shell's own words for what the kernel says may be "I/O error" whatever it is.
resize() {
  if failure=$(printf '%s\n' "$2" | tee "$DEV/sriov_numvfs" 2>&1 >/dev/null); then return; fi
  case $failure in
    *[Bb]usy*) failure='it has some already, or they are in use' ;;
    *range* | *representable*) failure="it can have $(get "$DEV/sriov_totalvfs")" ;;
    *'No such file'*) failure='its driver has none, or it has no driver' ;;
    *emory*) failure='it was given too little address space; try pci=realloc on the kernel command line' ;;
  esac
  printf 'card %s (%s): can not be given %s virtual functions: %s\n' "$1" "$NIC" "$2" "$failure"
  return 1
}

# CARD COUNT: they may appear late.
await_vfs() {
  waited=0
  until [ "$(virtual_functions | grep -c .)" = "$2" ] && [ -n "$(shown $(($2 - 1)) mac)" ]; do
    waited=$((waited + 1))
    [ $waited -le $((30 + $2)) ] || {
      printf 'card %s (%s): expected %s virtual functions within %s s, found %s\n' \
        "$1" "$NIC" "$2" $((30 + $2)) "$(virtual_functions | grep -c .)"
      return 1
    }
    sleep 1
  done
}

# What was made is taken away, what was there comes back, unless somebody has come to use it.
del_vfs() {
  was=$(get "$(before "$1" count)")
  if [ -n "$was" ] && card "$1"; then
    if [ "$(how_many)" != "$was" ] && { [ "$was" = 0 ] || [ "$3" = reset ]; }; then
      users=$(held)
      if [ -n "$users" ]; then
        note "card $1 keeps its virtual functions: $users"
      else
        resize "$1" 0 && create "$1" "$was" || return 1
      fi
    fi
    probe_again "$1" || return 1
    [ ! -e "$(before "$1" down)" ] || ip link set dev "$NIC" down || return 1
  fi
  for name in count down autoprobe; do forget "$1" $name; done
  rmdir "$SLICE/vf/$1" "$SLICE/vf" 2>/dev/null || :
}

# CARD keep|reset: whether it may lose the virtual functions that it has. The way back of a change
# that was allowed to is allowed to.
may_reset() {
  [ "$2" = reset ] || { [ "$GEN" = "$OLD" ] && grep -qs "^vfs $1 [0-9]* reset " "$NEW/ops"; }
}

foreign_vfs() {
  if ! card "$1"; then
    if [ -e "$DEV" ]; then printf 'card %s has no driver that makes it a network card: load one\n' "$1"
    else printf 'card %s is not in this machine: expected its permanent MAC address or its PCI address\n' "$1"
    fi
    return
  fi
  total=$(get "$DEV/sriov_totalvfs")
  [ -n "$total" ] || { printf 'card %s (%s) has no virtual functions (SR-IOV): choose another, or turn them on in its firmware\n' "$1" "$NIC"; return; }
  [ "$2" -le "$(number "$total")" ] ||
    printf 'card %s (%s) can have at most %s virtual functions; expected %s\n' "$1" "$NIC" "$total" "$2"
  [ "$4" = host ] || [ -e "$DEV/iommu_group" ] ||
    printf 'the IOMMU is off, and guests can be given no virtual functions: turn on VT-d or AMD-Vi in the firmware, and intel_iommu=on on the kernel command line\n'
  if [ "$(how_many)" != 0 ] && { [ "$(how_many)" != "$2" ] || [ -n "$(wrong_driver "$4")" ]; }; then
    if may_reset "$1" "$3"; then
      held
    else
      driver=$(wrong_driver "$4")
      printf 'card %s (%s) has %s virtual functions already%s; expected %s: allow a reset, which takes them away first\n' \
        "$1" "$NIC" "$(how_many)" "${driver:+, with the driver $driver}" "$2"
    fi
  fi
  mine=$DEV
  for other in $(slices); do
    for theirs in $(list "$STATE/slices/$other/vf"); do
      if [ "$other" != "$ID" ] && card "$theirs" && [ "$DEV" = "$mine" ]; then
        printf 'card %s is of slice %s: one slice has a card\n' "$1" "$other"
      fi
    done
  done
}
