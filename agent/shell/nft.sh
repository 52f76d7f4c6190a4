# Atom of the packet filter:
#   nft MEMBER                        the table that is ours, replaced whole

# A listing without what the kernel changes by itself: the elements of dynamic sets.
steady() {
  awk '/^\t(set|map) / { moving = 0 }
    /^\t\tflags .*(dynamic|timeout)/ { moving = 1 }
    moving && /^\t\telements = / { inside = 1 }
    !inside
    inside && /}$/ { inside = 0 }'
}

# shellcheck disable=SC2086
live_table() { nft -s list table $TABLE 2>/dev/null; }

# MEMBER: how the kernel lists it. It is loaded into a network namespace of its own.
expected_table() {
  # shellcheck disable=SC2016
  unshare -n sh -c 'nft -f "$1" && nft -s list table $2' sh "$GEN/$1" "$TABLE"
}

# MEMBER: whether it is in force. How it would be listed is found out once.
same_table() {
  listed=$GEN/$1.listed
  [ -s "$listed" ] || { expected_table "$1" >"$WORK/listed" && mv -f "$WORK/listed" "$listed"; } || return 1
  live_table >"$WORK/live" || :
  cmp -s "$listed" "$WORK/live" && return
  steady <"$listed" >"$WORK/listed.steady"
  steady <"$WORK/live" >"$WORK/live.steady"
  cmp -s "$WORK/listed.steady" "$WORK/live.steady"
}

is_nft() {
  same_table "$1" && return
  [ -s "$listed" ] || { printf 'nft: the ruleset does not load\n'; return 1; }
  printf 'nft: table %s differs: ' "$TABLE"
  diff "$WORK/listed.steady" "$WORK/live.steady" |
    sed -n 's/^<[[:space:]]*/expected "/p; s/^>[[:space:]]*/found "/p' |
    head -n 4 | sed 's/$/"/' | tr '\n' ' '
  printf '\n'
  return 1
}

put_nft() { same_table "$1" || nft -f "$GEN/$1"; }

# shellcheck disable=SC2086
del_nft() { ! nft list table $TABLE >/dev/null 2>&1 || nft delete table $TABLE; }

# There is one table on a machine; a first change may find one that the first boot has loaded.
foreign_nft() {
  for other in $(slices); do
    [ "$other" = "$ID" ] || ! grep -rqs '^nft ' "$STATE/slices/$other/gens" ||
      printf 'table %s is of slice %s: one slice has the packet filter\n' "$TABLE" "$other"
  done
  [ ! -e "$SLICE/confirmed" ] || [ -z "$(live_table)" ] ||
    printf 'table %s exists already and is not ours: delete it\n' "$TABLE"
}
