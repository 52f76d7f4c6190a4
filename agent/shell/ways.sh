# What this machine is reached by: the devices of its default routes, the one that this connection
# came in by, and what these are made of, a line each.
ways_in() {
  # shellcheck disable=SC2086
  set -- ${SSH_CONNECTION-}
  {
    ip -4 -o route show default
    ip -6 -o route show default
    [ -z "${3-}" ] || ip -o address show to "$3" | awk '{ print "dev", $2 }'
  } | awk '{ for (i = 1; i < NF; i++) if ($i == "dev") print $(i + 1) }' | sort -u |
    while read -r device; do made_of "$device"; done
}

# DEVICE: it, and all that is below it, such as the cards of a bond that a bridge has as its port.
made_of() {
  printf '%s\n' "$1"
  for lower in $(list "/sys/class/net/$1" | sed -n 's/^lower_//p'); do made_of "$lower"; done
}
