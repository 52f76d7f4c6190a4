# Names of network cards where the buses are numbered anew (`pci=assign-busses`): each card keeps the one
# that it has before, wherever it is found later. systemd-udevd has a file for each, by its permanent
# address, unless somebody else has written one. In $KERNEL lie: cards, a line NAME MAC each;
# initramfs, as long as that has another set of files.

# All of them, used or not: one that is not could take the name of another.
cards() {
  permanent_addresses | while read -r nic mac; do
    [ -n "$mac" ] || continue
    [ -e "/sys/class/net/$nic/device" ] || continue
    [ ! -e "/sys/class/net/$nic/device/physfn" ] || continue
    # Drawn by lot at each start.
    [ "$(get "/sys/class/net/$nic/addr_assign_type")" != 1 ] || continue
    named_by_others "$mac" || printf '%s %s\n' "$nic" "$mac"
  done
}

# MAC
named_by_others() {
  for directory in /etc /run /usr/local/lib; do
    for found in $(matching "$directory/systemd/network/*.link"); do
      case $found in */10-proxmox-router-*) continue ;; esac
      ! grep -qiE "^[[:blank:]]*(Permanent)?MACAddress=.*$1" "$found" || return 0
    done
  done
  return 1
}

# Cards that are one to whoever goes by addresses, a line each.
twin_cards() {
  cards | awk '
    $2 in name { printf "%s and %s have one permanent address, %s, and could not be told apart: leave assignBusses out\n", name[$2], $1, $2 }
    { name[$2] = $1 }'
}

# NAME: sets `file` to where its file is.
link_file() { file=/etc/systemd/network/10-proxmox-router-$1.link; }

# NAME MAC
link_text() {
  printf '# Written by proxmox-router: changes here are lost at its next run.\n[Match]\nPermanentMACAddress=%s\n\n[Link]\nName=%s\n' "$2" "$1"
}

names_kept() {
  [ -e "$KERNEL/cards" ] || { printf 'names of cards: expected to be kept, are not\n'; return 1; }
  [ ! -e "$KERNEL/initramfs" ] || { printf 'initramfs: expected to know the names of cards, does not\n'; return 1; }
  while read -r nic mac; do
    link_file "$nic"
    [ "$(cat "$file" 2>/dev/null)" = "$(link_text "$nic" "$mac")" ] ||
      { printf '%s: expected to keep the name of %s, does not\n' "$file" "$mac"; return 1; }
  done <"$KERNEL/cards"
}

keep_names() {
  ! names_kept >/dev/null || return 0
  [ -e "$KERNEL/cards" ] || { cards >"$KERNEL/cards.tmp" && sync "$KERNEL/cards.tmp" && mv -f "$KERNEL/cards.tmp" "$KERNEL/cards"; } || return 1
  [ -s "$KERNEL/cards" ] || return 0
  write "$KERNEL/initramfs" stale && make_directory /etc/systemd/network || return 1
  while read -r nic mac <&5; do
    link_file "$nic"
    { link_text "$nic" "$mac" >"$file.tmp" && chmod 644 "$file.tmp" && sync "$file.tmp" && mv -f "$file.tmp" "$file"; } || return 1
  done 5<"$KERNEL/cards"
  sync /etc/systemd/network && build_initramfs && rm -f "$KERNEL/initramfs"
}

# Whether the initramfs knows of it does no harm: with either every card has the name that it has.
leave_names() {
  [ -e "$KERNEL/cards" ] || return 0
  while read -r nic mac; do
    link_file "$nic"
    rm -f "$file" "$file.tmp"
  done <"$KERNEL/cards"
  drop_directory /etc/systemd/network || :
  [ ! -s "$KERNEL/cards" ] || said=$(build_initramfs) || note "initramfs: $said"
  rm -f "$KERNEL/initramfs" "$KERNEL/cards"
}

# It names cards too, by the files that it has of these.
build_initramfs() {
  ! command -v update-initramfs >/dev/null || attempt update-initramfs -u -k all
}
