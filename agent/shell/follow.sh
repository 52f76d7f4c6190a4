# Follows the links of the host: brings each tap that is declared in order as soon as Proxmox has made
# it, or has put it on its bridge, which is another event and comes later.

in_order() {
  [ ! -e "/sys/class/net/$1" ] ||
    { [ ! -e "/sys/class/net/$1/master" ] && kernel_has "ipv4/conf/$1/forwarding" 1; }
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
        in_order "$name" || (in_turn && order_tap "$name")
      done
      set -f
      continue
      ;;
    Deleted) name=$third ;;
    *) name=$second ;;
  esac
  name=${name%:}
  name=${name%@*}
  [ ! -r "$TAPS/$name" ] || (in_turn && order_tap "$name")
done
# Whoever has started this starts it again.
exit 1
