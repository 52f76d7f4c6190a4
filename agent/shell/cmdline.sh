# Atom of what the kernel is started with:
#   cmdline WORD…                     words on its command line from the next start on, as find_words
#                                     reads them; with pci=assign-busses cards keep their names
# One slice has it. In $KERNEL lie, of what is ours: owner, loaders, words; menu, the checksum that
# GRUB's had before; orig, new and added of the one line of text; stale, as long as a boot loader was
# not told. It is all done before the confirmation, which takes no longer than a moment.

is_cmdline() {
  find_words "$@"
  look "$KERNEL/words"
  [ "$line" = "$words" ] ||
    { printf 'kernel command line: expected %s, found %s\n' "$words" "${line:-nothing of ours}"; return 1; }
  find_loaders
  # shellcheck disable=SC2086
  wrong=$(settings_without $words; menu_without $words)
  [ -z "$wrong" ] || { printf '%s\n' "$wrong"; return 1; }
  if renumbered; then names_kept || return 1; fi
  [ ! -e "$KERNEL/stale" ] || { printf 'boot loader: expected to know of %s, was not told\n' "$words"; return 1; }
}

put_cmdline() {
  is_cmdline "$@" >/dev/null && return
  find_loaders
  mkdir -p "$KERNEL" && write "$KERNEL/owner" "$ID" && write "$KERNEL/loaders" "$loaders" && write "$KERNEL/stale" yes &&
    write "$KERNEL/words" "$words" || return 1
  [ -s "$PARTITIONS" ] || [ -e "$KERNEL/menu" ] || {
    digest_of "$GRUB_MENU"
    write "$KERNEL/menu" "$digest"
  } || return 1
  if renumbered; then keep_names || return 1; fi
  for loader in $loaders; do "set_$loader" || return 1; done
  tell_loaders && rm -f "$KERNEL/stale" || return 1
  # shellcheck disable=SC2086
  wrong=$(menu_without $words)
  [ -z "$wrong" ] || { printf '%s: another file in %s takes it away\n' "$wrong" "${GRUB_SETTINGS%/*}"; return 1; }
  renumbered || leave_names
}

renumbered() { case " $words " in *' pci=assign-busses '*) ;; *) return 1 ;; esac; }

del_cmdline() {
  look "$KERNEL/owner"
  [ -e "$KERNEL/loaders" ] && [ "$line" = "$ID" ] || return 0
  find_loaders
  write "$KERNEL/stale" yes || return 1
  for loader in $loaders; do "unset_$loader" || return 1; done
  if ! said=$(tell_loaders); then
    # It was never told of what is gone.
    { [ -e "$KERNEL/menu" ] && is_whole "$GRUB_MENU" "$(get "$KERNEL/menu")"; } || { printf '%s\n' "$said"; return 1; }
  fi
  leave_names
  rm -rf "$KERNEL"
}

# It is taken away before the confirmation too: what the change leaves of the generation before.
leave_cmdline() {
  without "$OLD" "$NEW" | grep '^cmdline ' >"$WORK/left" || return 0
  every "$OLD" del "$WORK/left"
}

foreign_cmdline() {
  find_loaders
  [ -n "$loaders" ] ||
    printf 'no boot loader that is known here: expected GRUB, or proxmox-boot-tool with its partitions in %s\n' "$PARTITIONS"
  look "$KERNEL/owner"
  [ -z "$line" ] || [ "$line" = "$ID" ] || printf 'what the kernel is started with is of slice %s: one slice has it\n' "$line"
  case $loaders in *grub*)
    [ ! -e "$GRUB_SETTINGS" ] || head -n 1 "$GRUB_SETTINGS" | grep -q '^# Written by proxmox-router' ||
      printf '%s exists already and is not ours: remove it, or move it away\n' "$GRUB_SETTINGS" ;;
  esac
  case $loaders in *systemd*)
    # proxmox-boot-tool would take what the kernel runs with now.
    grep -qs 'root=' "$CMDLINE" || printf '%s: expected a line with root=, found none\n' "$CMDLINE" ;;
  esac
  find_words "$@"
  ! renumbered || twin_cards
}

# The variable as it is by then, which files of others may have lengthened too.
set_grub() {
  # shellcheck disable=SC2016
  make_directory "${GRUB_SETTINGS%/*}" &&
    printf '# Written by proxmox-router: changes here are lost at its next run.\nGRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT %s"\n' "$words" >"$GRUB_SETTINGS.tmp" &&
    chmod 644 "$GRUB_SETTINGS.tmp" && sync "$GRUB_SETTINGS.tmp" && mv -f "$GRUB_SETTINGS.tmp" "$GRUB_SETTINGS" &&
    sync "${GRUB_SETTINGS%/*}"
}

unset_grub() {
  rm -f "$GRUB_SETTINGS" "$GRUB_SETTINGS.tmp" || return 1
  drop_directory "${GRUB_SETTINGS%/*}" || :
}

# What is there already stays the administrator's own.
set_systemd() {
  unset_systemd || return 1
  # shellcheck disable=SC2086
  added=$(lacking $words <"$CMDLINE")
  [ -n "$added" ] || return 0
  # shellcheck disable=SC2086
  cp "$CMDLINE" "$KERNEL/orig" && add_words $added <"$CMDLINE" >"$KERNEL/new" &&
    sync "$KERNEL/orig" "$KERNEL/new" && write "$KERNEL/added" "${added# }" && replace "$CMDLINE" "$KERNEL/new"
}

# The very bytes of before, or, where somebody else has changed it since, all but our words.
unset_systemd() {
  [ -e "$KERNEL/added" ] || return 0
  if cmp -s "$CMDLINE" "$KERNEL/new"; then
    replace "$CMDLINE" "$KERNEL/orig" || return 1
  elif [ -e "$CMDLINE" ] && ! cmp -s "$CMDLINE" "$KERNEL/orig" && ! cmp -s "$CMDLINE" "$KERNEL/rest"; then
    # shellcheck disable=SC2046
    remove_words $(get "$KERNEL/added") <"$CMDLINE" >"$KERNEL/rest" && sync "$KERNEL/rest" &&
      replace "$CMDLINE" "$KERNEL/rest" || return 1
  fi
  for name in added orig new rest; do rm -f "$KERNEL/$name"; done
}

# FILE WITH: its text becomes that of another file; whose it is stays.
replace() {
  target=$(readlink -f "$1") && fresh=${target%/*}/.proxmox-router-${target##*/} || return 1
  cp -p "$target" "$fresh" && cat "$2" >"$fresh" && sync "$fresh" && mv -f "$fresh" "$target" && sync "${target%/*}"
}

# Have the boot loaders read their settings.
tell_loaders() {
  if [ -s "$PARTITIONS" ]; then
    attempt proxmox-boot-tool refresh
    return
  fi
  # update-grub writes into the very file that the machine starts with.
  fresh=$GRUB_MENU.proxmox-router
  attempt grub-mkconfig -o "$fresh" && chmod "$(stat -c %a "$GRUB_MENU")" "$fresh" && sync "$fresh" &&
    mv -f "$fresh" "$GRUB_MENU" && sync "${GRUB_MENU%/*}" && return
  rm -f "$fresh" "$fresh.new"
  return 1
}

# COMMAND…: as the administrator would run it; says its last words if it fails.
attempt() {
  if (umask 022 && unset LC_ALL && exec "$@") >"$WORK/said" 2>&1 9>&-; then return; fi
  printf '%s: %s\n' "$1" "$(tail -n 3 "$WORK/said" | tr '\n' ' ')"
  return 1
}
