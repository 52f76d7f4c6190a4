# What reads and changes nothing. No lock is taken.

# One line each, `key value`.
status() {
  printf 'boot %s\n' "$(boot_id)"
  slices | while read -r one; do
    slice "$one"
    printf 'confirmed %s %s\n' "$ID" "$(confirmed)"
  done
  names_in "$RUN/last"
  for one in $names; do
    printf 'last %s %s\n' "$one" "$(get "$RUN/last/$one")"
  done
  time_left
  ! is_open || printf 'open %s %s %s %s %s%s\n' "$(get "$RUN/txn/slice")" "$(get "$RUN/txn/target")" \
    "$(state)" "$left" "$(get "$RUN/txn/reason")" "$(get "$RUN/txn/wrong" | sed 's/^/; not back: /')"
  [ ! -e "$STATE/panic" ] || printf 'panic\n'
}

# [SLICE]: what differs from what was confirmed, `slice: path: expected …, found …`.
drift() {
  drifted=0
  for one in ${1:-$(slices)}; do
    slice "$one"
    if [ ! -e "$SLICE/confirmed" ] || { is_open && [ "$(get "$RUN/txn/slice")" = "$ID" ]; }; then continue; fi
    open_confirmed "$WORK/confirmed" || { printf '%s: damaged\n' "$ID"; drifted=1; continue; }
    differences "$WORK/confirmed" >"$WORK/differences" || drifted=1
    sed "s/^/$ID: /" "$WORK/differences"
  done
  [ "$drifted" = 0 ] || exit $DRIFT
}

# SLICE SHA256: says nothing and succeeds if the slice is confirmed at it and intact.
unchanged() {
  slice "$1"
  base=$(confirmed)
  [ "${base#* }" = "$2" ] && ! { is_open && [ "$(get "$RUN/txn/slice")" = "$ID" ]; } && mkdir -p "$WORK" && intact >/dev/null && printf 'UNCHANGED %s\n' "$base"
}

# What a change needs and the machine lacks, a line each; fails if there is one.
caps() { programs && features; }

programs() {
  lacks=0
  for program in awk cmp diff find flock grep nft ip sed setsid sha256sum stat sync timeout unshare; do
    command -v "$program" >/dev/null 2>&1 ||
      { printf '%s: not found; install %s\n' "$program" "$(package_of "$program")"; lacks=1; }
  done
  [ $lacks = 0 ]
}

features() {
  lacks=0
  unshare -n nft -c -f - 2>"$WORK/error" <<'END' || lacks=1
table inet proxmox_router_probe {
  map forwards { type inet_proto . inet_service : ipv4_addr . inet_service; }
  set blocked { type ipv4_addr; flags dynamic,timeout; timeout 1d; }
  chain in { type nat hook prerouting priority dstnat; fib daddr type local counter accept; }
  chain out { type nat hook postrouting priority srcnat; ct state new masquerade; }
}
END
  [ $lacks = 1 ] || return 0
  if unshare -n true 2>/dev/null; then
    printf 'nftables: %s; a module or a newer kernel is missing\n' "$(head -n 1 "$WORK/error")"
  else
    printf 'network namespaces: not to be had; the agent needs CAP_SYS_ADMIN\n'
  fi
  return 1
}

package_of() {
  case $1 in
    awk) printf mawk ;;
    nft) printf nftables ;;
    ip) printf iproute2 ;;
    cmp | diff) printf diffutils ;;
    find) printf findutils ;;
    grep | sed) printf '%s' "$1" ;;
    flock | setsid | unshare) printf util-linux ;;
    *) printf coreutils ;;
  esac
}

# What else owns packets here, `kind detail`, for the controller to hold against the policy.
survey() {
  nft list ruleset 2>/dev/null | awk '
    /^table / { table = $2 " " $3; told = 0 }
    table == "inet proxmox_router" || table ~ /^bridge proxmox_router_/ { next }
    /^\tchain / { chain = $2; next }
    / hook / { gsub(/^[ \t]+/, ""); print "chain " table " " chain " " $0; next }
    !told && /(^|[ \t])(drop|reject)/ { print "drops " table; told = 1 }'
  for names in /proc/net/ip_tables_names /proc/net/ip6_tables_names; do
    [ ! -s "$names" ] || printf 'legacy %s\n' "$(tr '\n' ' ' <"$names")"
  done
  for key in bridge-nf-call-iptables bridge-nf-call-ip6tables; do
    [ "$(get "/proc/sys/net/bridge/$key")" != 1 ] || printf 'bridge %s\n' "$key"
  done
  [ ! -d /run/systemd/system ] || for unit in docker libvirtd pve-firewall proxmox-firewall nftables; do
    ! systemctl is-active --quiet "$unit.service" 2>/dev/null || printf 'service %s\n' "$unit"
  done
}
