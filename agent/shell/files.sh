# Atoms that are files. Everything is told by `ops` of a generation, one line each:
#   file PATH MODE live|boot MEMBER   a file that is ours; `boot` ones are written once confirmed
#   aside PATTERN                     files of others that contradict ours, set aside
#   enable UNIT                       a unit of others that has to start at boot, once confirmed

# PATH: the directory, made as root's own programs would, and remembered if it was not there.
make_directory() {
  [ -d "$1" ] && return
  make_directory "${1%/*}" || return 1
  # First, so that it is never left behind.
  printf '%s\n' "$1" >>"$STATE/directories" && sync "$STATE/directories" && (umask 022 && mkdir "$1")
}

# PATH: take the directory away again if it is ours and empty.
drop_directory() {
  grep -qxF -- "$1" "$STATE/directories" 2>/dev/null || return 0
  rmdir "$1" 2>/dev/null || return 0
  grep -vxF -- "$1" "$STATE/directories" >"$STATE/directories.tmp" || :
  mv -f "$STATE/directories.tmp" "$STATE/directories"
  [ -s "$STATE/directories" ] || rm -f "$STATE/directories"
  drop_directory "${1%/*}"
}

# PATH MODE live|boot MEMBER: whether it is as declared, or need not be yet.
same_file() {
  [ "$3" = live ] || [ "$PHASE" = boot ] || return 0
  [ -f "$1" ] && [ ! -L "$1" ] && cmp -s "$GEN/$4" "$1" && [ "0$(stat -c '%a %u:%g' "$1")" = "$2 0:0" ]
}

is_file() {
  same_file "$@" && return
  if [ ! -f "$1" ] || [ -L "$1" ]; then
    printf '%s: expected a file, found none\n' "$1"
  elif ! cmp -s "$GEN/$4" "$1"; then
    digest_of "$GEN/$4"
    printf '%s: expected sha256 %.12s, ' "$1" "$digest"
    digest_of "$1"
    printf 'found %.12s\n' "$digest"
  else
    printf '%s: expected mode %s 0:0, found 0%s\n' "$1" "$2" "$(stat -c '%a %u:%g' "$1")"
  fi
  return 1
}

put_file() {
  # Hidden: directories such as interfaces.d are read whole.
  fresh=${1%/*}/.proxmox-router-${1##*/}
  [ ! -e "$fresh" ] || rm -f "$fresh"
  same_file "$@" && return
  make_directory "${1%/*}" || return 1
  { cp "$GEN/$4" "$fresh" && chmod "$2" "$fresh" && sync "$fresh" && mv -f "$fresh" "$1" &&
    sync "${1%/*}"; } || { rm -f "$fresh"; return 1; }
  CHANGED=yes
}

del_file() {
  rm -f "$1" && drop_unfinished "$1" || return 1
  CHANGED=yes
}

# PATH: what was cut off while it was written.
drop_unfinished() {
  rm -f "${1%/*}/.proxmox-router-${1##*/}" || return 1
  drop_directory "${1%/*}" || :
}

foreign_file() {
  [ -e "$1" ] || [ -L "$1" ] || return 0
  # Later on, the way back would take it away.
  if [ ! -e "$SLICE/confirmed" ] && [ -f "$1" ] && [ ! -L "$1" ]; then
    cmp -s "$GEN/$4" "$1" && return
    # What an earlier generation of ours, or the first boot, has written.
    head -n 1 "$1" | grep -q '^# Written by proxmox-router' && return
  fi
  printf '%s exists already and is not ours: remove it, or move it away\n' "$1"
}

# PATTERN: the files it stands for, a line each.
matching() (
  set +f
  for one in $1; do [ ! -f "$one" ] || printf '%s\n' "$one"; done
)


is_aside() {
  found=$(matching "$1" | tr '\n' ' ')
  [ -z "$found" ] || { printf '%s: expected none, found %s\n' "$1" "${found% }"; return 1; }
}

put_aside() {
  for one in $(matching "$1"); do
    mkdir -p "$SLICE/aside"
    # Its name tells where it was.
    swap "$one" / %
    mv -f "$one" "$SLICE/aside/$text" || return 1
    CHANGED=yes
  done
}

del_aside() {
  [ -d "$SLICE/aside" ] || return 0
  names_in "$SLICE/aside"
  for one in $names; do
    swap "$one" % /
    # shellcheck disable=SC2254
    case $text in $1) [ -e "$text" ] || mv -f "$SLICE/aside/$one" "$text" || return 1 ;; esac
    CHANGED=yes
  done
  rmdir "$SLICE/aside" 2>/dev/null || :
}

foreign_aside() { :; }

is_enable() {
  [ "$PHASE" = boot ] || return 0
  by_supervisor starts "$1" || { printf '%s: expected to start at boot, it does not\n' "$1"; return 1; }
}

put_enable() {
  is_enable "$1" >/dev/null && return
  by_supervisor enable "$1" && printf '%s\n' "$1" >>"$SLICE/enabled"
}

del_enable() {
  grep -qxF -- "$1" "$SLICE/enabled" 2>/dev/null || return 0
  by_supervisor disable "$1" && rm -f "$SLICE/enabled"
}

foreign_enable() { :; }
