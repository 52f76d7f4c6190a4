# Atom of the kernel:
#   link NAME TYPE [ATTRIBUTE VALUE]… a link of ours, marked by its alias

link_mark() { get "/sys/class/net/$1/ifalias"; }

# NAME: whether it is ours; one that was just made has no mark yet.
is_our_link() {
  [ -e "/sys/class/net/$1" ] || return 1
  [ "$(link_mark "$1")" = "proxmox-router:$ID" ] ||
    { [ -z "$(link_mark "$1")" ] && [ -e "$RUN/making.$1" ]; }
}

# NAME TYPE [ATTRIBUTE VALUE]…: those that ip-link(8) shows in the words in which it takes them.
link_differs() {
  shown=$(ip -o -d link show dev "$1")
  case $shown in *" $2 "*) ;; *) printf 'link %s: expected a %s, found another kind\n' "$1" "$2" ;; esac
  name=$1
  shift 2
  while [ $# -ge 2 ]; do
    case "$shown " in
      *" $1 $2 "*) ;;
      *" $1 "*) printf 'link %s: expected %s %s, found another value\n' "$name" "$1" "$2" ;;
    esac
    shift 2
  done
}

is_link() {
  [ -e "/sys/class/net/$1" ] || { printf 'link %s: expected a %s, found none\n' "$1" "$2"; return 1; }
  [ "$(link_mark "$1")" = "proxmox-router:$ID" ] ||
    { printf 'link %s: expected ours, found one of another\n' "$1"; return 1; }
  case $(ip -o link show dev "$1") in
    *'<'*UP*'>'*) ;;
    *) printf 'link %s: expected up, found down\n' "$1"; return 1 ;;
  esac
  differing=$(link_differs "$@")
  [ -z "$differing" ] || { printf '%s\n' "$differing"; return 1; }
}

put_link() {
  is_link "$@" >/dev/null && return
  name=$1
  type=$2
  shift 2
  if [ ! -e "/sys/class/net/$name" ]; then
    : >"$RUN/making.$name"
    ip link add name "$name" type "$type" "$@" || return 1
  elif ! is_our_link "$name"; then
    printf 'link %s exists already and is not ours\n' "$name"
    return 1
  elif [ -n "$(link_differs "$name" "$type" "$@")" ]; then
    ip link set dev "$name" type "$type" "$@" || return 1
  fi
  ip link set dev "$name" alias "proxmox-router:$ID" && ip link set dev "$name" up &&
    rm -f "$RUN/making.$name"
}

del_link() {
  is_our_link "$1" || { rm -f "$RUN/making.$1"; return 0; }
  names_in "/sys/class/net/$1/brif"
  if [ -n "$names" ]; then
    note "link $1 has ports of others and is left: $names"
    return 0
  fi
  ip link delete dev "$1" && rm -f "$RUN/making.$1"
}

foreign_link() {
  [ ! -e "/sys/class/net/$1" ] || [ "$(link_mark "$1")" = "proxmox-router:$ID" ] ||
    printf 'link %s exists already and is not ours: choose another name\n' "$1"
}
