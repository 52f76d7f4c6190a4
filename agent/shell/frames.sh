# Atom of the packet filter between the ports of a bridge:
#   frames NAME MEMBER                the table bridge proxmox_router_NAME, replaced whole

# VERB NAME MEMBER: what `nft` does with the table that is ours, with that one.
on_frames() {
  before=$TABLE
  TABLE="bridge proxmox_router_$2"
  done=0
  "$1_nft" "$3" || done=1
  TABLE=$before
  return $done
}

is_frames() { on_frames is "$@"; }

put_frames() { on_frames put "$@"; }

del_frames() { on_frames del "$@"; }

foreign_frames() {
  ! nft list table bridge "proxmox_router_$1" >/dev/null 2>&1 ||
    printf 'table bridge proxmox_router_%s exists already and is not ours: delete it\n' "$1"
}

# The names of all of them, a line each.
frames_tables() { nft list tables bridge 2>/dev/null | sed -n 's/^table bridge proxmox_router_//p'; }
