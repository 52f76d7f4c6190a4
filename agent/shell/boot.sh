# What survives a restart: only what was confirmed. Two units call this: one before the network
# comes up, one after it.

BOOT_UNIT=proxmox-router-boot.service
RESTORE_UNIT=proxmox-router-restore.service

# The files and the ruleset of what is confirmed, before any interface is up.
boot() {
  mkdir -p "$RUN"
  lock_by_force
  [ "$(supervisor)" != procd ] || procd_keep_state
  if is_open; then
    # Only the programs were restarted, or only this unit: not a boot.
    watched || rollback 'all programs were restarted before it was confirmed'
    return 0
  fi
  rm -rf "$TXN.new" "$TXN.gone" "$RUN/txn"
  boot_agent
  slices | while read -r one; do
    slice "$one"
    boot_slice || note "slice $ID: not all of it is in force"
  done
  boot_transaction
  uninstall_unless_used
}

slices() { list "$STATE/slices"; }

# A change that brought its own agent was confirmed, but not finished: that agent has to go on.
boot_agent() {
  slice "$(get "$TXN/slice")"
  [ -e "$SLICE/confirmed" ] && committed "$TXN" && open_confirmed "$WORK/confirmed" || return 0
  sum=$(head_of "$WORK/confirmed" agent)
  ! is_whole "$0" "$sum" && has_agent "$sum" || return 0
  adopt_agent "$sum"
  exec sh "$LIB/agent" boot
}

# A transaction of an earlier boot: what it did to the kernel is gone with that boot.
boot_transaction() {
  [ -d "$TXN" ] || return 0
  slice "$(get "$TXN/slice")"
  if only a-z0-9- "$ID" && ! committed "$TXN"; then
    mkdir -p "$RUN/txn"
    nothing "$OLD"
    because 'the machine was restarted before it was confirmed'
    remember_kernel
    [ ! -e "$TXN/interfaces" ] || old_interfaces "$TXN" || :
    record
  fi
  close
}

# A change was cut off of what the next start reads. To mend that takes longer than a start should be
# held up, and may need what is not there yet.
remember_kernel() {
  [ "$(get "$KERNEL/owner")" = "$ID" ] ||
    { open_confirmed "$WORK/confirmed" && grep -q '^cmdline ' "$WORK/confirmed/ops"; } || return 0
  write "$STATE/unsettled" "$ID"
}

settle_kernel() {
  [ -e "$STATE/unsettled" ] || return 0
  slice "$(get "$STATE/unsettled")"
  open_confirmed "$WORK/confirmed" || return 0
  if settle_cmdline; then
    rm -f "$STATE/unsettled"
  else
    note "slice $ID: what the next start reads is not as confirmed"
  fi
  uninstall_unless_used
}

settle_cmdline() {
  if grep '^cmdline ' "$WORK/confirmed/ops" >"$WORK/settled"; then
    every "$WORK/confirmed" put "$WORK/settled"
  else
    del_cmdline
  fi
}

boot_slice() {
  if [ ! -e "$SLICE/confirmed" ]; then
    nothing "$WORK/confirmed"
  else
    open_confirmed "$WORK/confirmed" || return 1
    heal || :
  fi
  kept >"$WORK/kept"
  while read -r number sum <&6; do
    open_generation "$number $sum" "$WORK/other" || continue
    without "$WORK/other" "$WORK/confirmed" >"$WORK/stray"
    stray_files "$WORK/other" "$WORK/stray"
  done 6<"$WORK/kept"
  forgo "$WORK/confirmed"
  [ -e "$SLICE/confirmed" ] || { rm -rf "$SLICE"; return 0; }
  persistent "$WORK/confirmed" "$WORK/early"
  every "$WORK/early" put || return 1
  # It was only there to get here.
  [ "$(head_of "$WORK/confirmed" adopted)" != yes ] || rm -rf "$SLICE"
}

# A INTO: its atoms that need no interface.
persistent() {
  nothing "$2"
  rmdir "$2/files" && ln -s "$1/files" "$2/files"
  grep -E '^(file|aside|nft|frames) |^sysctl net/ipv[46]/(ip_forward|conf/all/)' "$1/ops" >"$2/ops" || :
  [ ! -e "$STATE/panic" ] || sed -Ei '/^(nft|frames) /d' "$2/ops"
}

# GENERATION OPERATIONS: take away the files that they wrote and nobody has changed since.
stray_files() {
  GEN=$1
  while read -r kind path mode when member <&4; do
    case $kind in
      file)
        drop_unfinished "$path"
        ! is_file "$path" "$mode" "$when" "$member" >/dev/null || del_file "$path"
        ;;
      aside) del_aside "$path" ;;
    esac
  done 4<"$2"
}

# [boot]: all of what is confirmed, once the interfaces are there; also when somebody has flushed our
# table. At a start not what the next one reads: somebody may have had to take that away to get here.
restore() {
  lock_by_force
  [ ! -d "$TXN" ] || return 0
  settle_kernel
  slices | while read -r one; do
    slice "$one"
    open_confirmed "$WORK/confirmed" || continue
    [ ! -e "$STATE/panic" ] || sed -Ei '/^(nft|frames) /d' "$WORK/confirmed/ops"
    [ "${1-}" != boot ] || sed -i '/^cmdline /d' "$WORK/confirmed/ops"
    every "$WORK/confirmed" put || note "slice $ID: not all of it is in force"
  done
}

# The agent that the machine starts with: the one of what is confirmed, or the first that came.
install_agent() {
  digest_of "$0"
  sum=$digest
  has_agent "$sum" || {
    (umask 022 && mkdir -p "$LIB/$sum") && keep_bundle "$0" "$LIB/$sum/agent.sh" || return 1
  }
  [ -e "$LIB/agent" ] || adopt_agent "$sum" || return 1
  by_supervisor install
}

has_agent() { [ -e "$LIB/$1/agent.sh" ] && is_whole "$LIB/$1/agent.sh" "$1"; }

# SHA256: the agent from now on; `arm` has brought it here.
adopt_agent() {
  [ "$(readlink "$LIB/agent" 2>/dev/null)" = "$1/agent.sh" ] || ! has_agent "$1" || {
    ln -sfn "$1/agent.sh" "$LIB/agent.tmp" && mv -fT "$LIB/agent.tmp" "$LIB/agent" && sync "$LIB"
  } || return 1
  drop_agents
}

# Remove the agents that the machine does not start with.
drop_agents() {
  used=$(readlink "$LIB/agent" 2>/dev/null) || return 0
  names_in "$LIB"
  for one in $names; do
    [ "$one" = agent ] || [ "$one" = "${used%%/*}" ] || rm -rf "${LIB:?}/$one"
  done
}

# Nothing of ours is left: nothing of the agent either.
uninstall_unless_used() {
  [ -z "$(slices)" ] && [ ! -e "$KERNEL" ] && [ ! -e "$STATE/unsettled" ] || return 0
  [ -e "$LIB" ] || [ -e "$STATE" ] || return 0
  by_supervisor uninstall
  rm -rf "$LIB" "$STATE/slices" "$STATE/shared" "$STATE/panic"
  # It may be a link to where it is kept.
  kept=$(readlink -f "$STATE") || :
  ! rmdir "$kept" 2>/dev/null || rm -f "$STATE"
}
