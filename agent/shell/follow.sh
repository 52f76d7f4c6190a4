# Follows the links of the host: brings each tap that is declared in order as soon as Proxmox has made
# it, or has put it on its bridge, which is another event and comes later.

in_order() {
  [ ! -e "/sys/class/net/$1" ] ||
    { [ ! -e "/sys/class/net/$1/master" ] && kernel_has "ipv4/conf/$1/forwarding" 1; }
}

# NAME: bring it in order now, and once more when its guest has come, which is no event of a link.
follow_tap() {
  (in_turn && order_tap "$1")
  [ -e "/sys/class/net/$1" ] && is_elsewhere "$1" || return 0
  (
    flock -n 7 || exit 0
    while [ -e "/sys/class/net/$1" ] && is_elsewhere "$1"; do sleep 0.1; done
    in_turn && order_tap "$1"
  ) 7>>"$TAPS/.$1.comes" &
}

{
  ip -o monitor link &
  listener=$!
  # By the first time it listens. Events are lost where there are too many of them.
  while sleep 2 && kill -0 $listener 2>/dev/null; do echo; done
} | while read -r first second third _; do
  case $first in
    '')
      [ -d "$TAPS" ] || continue
      set +f
      for file in "$TAPS"/*; do
        name=${file##*/}
        in_order "$name" || follow_tap "$name"
      done
      set -f
      continue
      ;;
    Deleted) name=$third ;;
    *) name=$second ;;
  esac
  name=${name%:}
  name=${name%@*}
  [ ! -r "$TAPS/$name" ] || follow_tap "$name"
done
# Whoever has started this starts it again.
exit 1
