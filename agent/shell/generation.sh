# A generation is everything that one slice, which is what one component declares, has on this
# machine. It is kept as the bundle that it came as, named by number and sha256:
#   slices/ID/gens/N.SHA256   slices/ID/confirmed (one line, "N SHA256"): the commit pointer

# ID: look at one slice from now on.
slice() {
  ID=$1
  SLICE=$STATE/slices/$1
}

# The number and the checksum that the commit pointer holds; "0 none" without one.
confirmed() {
  look "$SLICE/confirmed"
  # shellcheck disable=SC2086
  set -- $line
  count_of "${1-}"
  if [ $# = 2 ] && [ "$count" != 0 ] && only 0-9a-f "$2" && [ ${#2} = 64 ]; then
    printf '%s %s' "$1" "$2"
  else
    printf '0 none'
  fi
}

# DIRECTORY: make it, with nothing in it but a directory for files.
blank() {
  [ ! -e "$1" ] || rm -rf "$1"
  mkdir -p "$1/files"
}

# FILE DIRECTORY: unpack a bundle. A line "member NAME LINES" comes before each member.
unpack() {
  blank "$2"
  awk -v directory="$2" '
    left == 0 {
      if ($1 != "member" || $2 !~ /^(head|ops|files\/[0-9]+)$/ || $3 !~ /^[0-9]+$/ || NF != 3) exit 1
      if (file) close(file)
      file = directory "/" $2; left = $3; printf "" >file; next
    }
    { print >file; left-- }
    END { if (left) exit 1 }' "$1" && [ -f "$2/head" ] && [ -f "$2/ops" ]
}

# GENERATION KEY: one value of its head.
head_of() {
  [ -r "$1/head" ] || return 0
  while read -r word rest; do [ "$word" != "$2" ] || printf '%s' "$rest"; done <"$1/head"
}

# DIRECTORY: an empty generation, which is what there is before the first one.
nothing() {
  blank "$1"
  : >"$1/head"
  : >"$1/ops"
}

# "N SHA256" DIRECTORY: unpack a generation that is whole.
open_generation() {
  [ "${1%% *}" != 0 ] || { nothing "$2"; return; }
  bundle=$SLICE/gens/${1%% *}.${1#* }
  [ -f "$bundle" ] && is_whole "$bundle" "${1#* }" && unpack "$bundle" "$2"
}

# NAME: whether that is how the bundle of a generation is named.
is_bundle() {
  case $1 in *.*) only 0-9 "${1%%.*}" && only 0-9a-f "${1#*.}" ;; *) false ;; esac
}

# The generations that are kept, the newest first, as "N SHA256".
kept() {
  names_in "$SLICE/gens"
  for one in $names; do
    ! is_bundle "$one" || printf '%s %s\n' "${one%%.*}" "${one#*.}"
  done | sort -rn
}

# What the pointer names, or the newest that is whole and not on trial: unpacked into DIRECTORY.
# `fallback` tells the latter.
open_confirmed() {
  fallback=
  [ -e "$SLICE/confirmed" ] || { nothing "$1"; return; }
  [ "$(confirmed)" = '0 none' ] || ! open_generation "$(confirmed)" "$1" 2>/dev/null || return 0
  note "slice $ID: generation $(confirmed) is damaged"
  trial=$TXN
  ! is_open || trial=$RUN/txn
  kept >"$WORK/kept"
  while read -r number sum <&5; do
    [ "$ID $number $sum" != "$(get "$trial/slice") $(get "$trial/number") $(get "$trial/target")" ] || continue
    open_generation "$number $sum" "$1" || continue
    note "slice $ID: using generation $number"
    fallback="$number $sum"
    return
  done 5<"$WORK/kept"
  return 1
}

# From now on the pointer names what is used in place of what it named; the lock is held.
heal() { [ -z "$fallback" ] || write "$SLICE/confirmed" "$fallback"; }

# Remove the bundles that were never confirmed, if it is known which was.
drop_orphans() {
  newest=$(confirmed)
  newest=${newest%% *}
  [ "$newest" != 0 ] || [ ! -e "$SLICE/confirmed" ] || return 0
  names_in "$SLICE/gens"
  for one in $names; do
    case $one in *.tmp) rm -f "$SLICE/gens/$one" ;; esac
    ! is_bundle "$one" || [ "${one%%.*}" -le "$newest" ] || rm -f "$SLICE/gens/$one"
  done
}

# Keep five.
drop_old() {
  kept | {
    older=-5
    while read -r number sum; do
      older=$((older + 1))
      [ $older -le 0 ] || rm -f "$SLICE/gens/$number.$sum"
    done
  }
}

# GENERATION: refuse what a renderer of ours would not have written.
check_ops() {
  ! LC_ALL=C grep -q '[^A-Za-z0-9 ./_@:%+*,=-]' "$1/ops" || return 1
  awk '
    /\.\./ || $1 != "sysctl" && / -/ { exit 1 }
    $1 == "file" && NF == 5 && $2 ~ /^\/etc\// && $3 ~ /^0[0-7][0-7][0-7]$/ &&
      $4 ~ /^(live|boot)$/ && $5 ~ /^files\/[0-9]+$/ { next }
    $1 == "aside" && NF == 2 && $2 ~ /^\/(etc|run)\/[^*]*\// { next }
    $1 == "enable" && NF == 2 { next }
    $1 == "nft" && NF == 2 && $2 ~ /^files\/[0-9]+$/ && !rulesets++ { next }
    $1 == "frames" && NF == 3 && $2 ~ /^[a-z0-9]+$/ && $3 ~ /^files\/[0-9]+$/ { next }
    $1 == "link" && NF >= 3 { next }
    $1 == "address" && NF == 3 { next }
    $1 == "program" && NF == 3 { next }
    $1 == "bridge" && NF >= 5 && $4 ~ /^(guarded|free)$/ { next }
    $1 == "uplink" && NF >= 5 && $4 ~ /^(guarded|free)$/ && $5 ~ /^(static|dhcp)$/ { next }
    $1 == "stanza" && NF == 5 && $4 ~ /^(on|off)$/ && $5 ~ /^[0-9]+$/ { next }
    $1 == "route" && (NF == 3 || NF == 5 && $4 == "via") { next }
    $1 == "unreachable" && NF == 2 { next }
    $1 == "neighbour" && NF == 3 { next }
    $1 == "tap" && NF >= 7 && $2 ~ /^(tap|veth)[0-9]+i[0-9]+$/ && $4 == "own" { next }
    $1 == "sysctl" && NF == 3 && $2 ~ /^net\// && $3 ~ /^-?[0-9]+$/ { next }
    $1 == "cmdline" && NF >= 2 && $0 ~ /^cmdline( (intel:)?[a-z][A-Za-z0-9_.-]*(=[A-Za-z0-9_.,:+@\/-]+)?)+$/ { next }
    $1 == "unit" && NF == 2 && $2 ~ /^proxmox-router-.*\.service$/ { next }
    $1 == "service" && NF == 3 && $3 ~ /^(restart|reload)$/ { next }
    $1 == "networkd" && $0 !~ /\// { next }
    $1 == "serve" && NF == 3 && $2 !~ /\// && $3 ~ /^(forget|keep)$/ { next }
    $1 == "vfs" && NF == 5 && $2 ~ /^[0-9a-f:.]+$/ && $3 ~ /^[0-9]+$/ && $4 ~ /^(keep|reset)$/ &&
      $5 ~ /^(host|guests)$/ { next }
    $1 == "vf" && NF >= 6 && $2 ~ /^[0-9a-f:.]+$/ && $3 ~ /^[0-9]+$/ && $4 ~ /^(required|optional)$/ &&
      $5 ~ /^(mac|vlan|trust|spoofchk|state|max_tx_rate|min_tx_rate)$/ { next }
    { exit 1 }' "$1/ops"
}

# GENERATION VERB: do it with each atom, `put_link` for `put` and `link`; ends at the first failure.
each() {
  GEN=$1
  verb=$2
  while IFS= read -r op <&4; do
    # shellcheck disable=SC2086
    set -- $op
    kind=$1
    shift
    "${verb}_$kind" "$@" 4<&- || { printf 'failed: %s\n' "$op"; return 1; }
  done 4<"$GEN/ops"
}

# GENERATION VERB [OPERATIONS]: the same with all of them, or of some; fails if one did.
every() {
  GEN=$1
  verb=$2
  failures=0
  while IFS= read -r op <&4; do
    # shellcheck disable=SC2086
    set -- $op
    kind=$1
    shift
    "${verb}_$kind" "$@" 4<&- || failures=$((failures + 1))
  done 4<"${3:-$GEN/ops}"
  [ "$failures" = 0 ]
}

# A B: the operations that A has and B lacks, the last first.
without() {
  awk '
    function key() {
      if ($1 == "vf") return $1 " " $2 " " $3 " " $5
      return $1 ~ /^(file|frames|link|sysctl|bridge|stanza|uplink|serve|tap|vfs)$/ ? $1 " " $2 : $1 ~ /^(nft|cmdline)$/ ? $1 : $0
    }
    FILENAME == ARGV[1] { have[key()] = 1; next }
    !(key() in have) { line[++count] = $0 }
    END { for (i = count; i > 0; i--) print line[i] }' "$2/ops" "$1/ops"
}

# GENERATION: sets `member` to the one that is its ruleset, or to nothing.
ruleset_of() {
  member=
  while read -r kind rest <&4; do [ "$kind" != nft ] || member=$rest; done 4<"$1/ops"
}

# GENERATION: what differs on the machine, a line each; fails if something does.
differences() { every "$1" is; }
