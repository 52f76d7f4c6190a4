# The settings of virtual functions, by the card that has them: see `vf` in the part before.

# NUMBER SETTING: what it is, in the words in which ip-link(8) takes it; nothing if it is not said.
shown() {
  ip -d link show dev "$NIC" | awk -v number="$1" -v setting="$2" '
    $1 == "vf" && $2 == number {
      gsub(/,/, "")
      for (i = 3; i < NF; i++) if ($(i + 1) != "protocol") is[$i] = $(i + 1)
      if (setting == "mac") print is["link/ether"] is["MAC"]
      else if (setting == "vlan") print is["vlan"] + 0 " qos " is["qos"] + 0
      else if (setting == "spoofchk") print is["checking"]
      else if (setting == "state") print is["link-state"]
      else if (setting == "trust") print is["trust"]
      else print is[setting] + 0
    }'
}

# CARD NUMBER SETTING: where it is noted that the driver refuses it; a restart may bring a driver
# that does not.
refused() { printf '%s/refused.%s.%s.%s.%s' "$RUN" "$ID" "$1" "$2" "$3"; }

is_vf() {
  # That there is none is told by `vfs`.
  card "$1" || return 1
  [ "$3" = required ] || [ ! -e "$(refused "$1" "$2" "$4")" ] || return 0
  which="card $1 vf $2" setting=$4
  found=$(shown "$2" "$4")
  shift 4
  [ "$found" = "$*" ] ||
    { printf '%s: expected %s %s, found %s\n' "$which" "$setting" "$*" "${found:-none}"; return 1; }
}

put_vf() {
  is_vf "$@" >/dev/null && return
  card "$1" || return 1
  remember "$1" "$2.$4" "$(shown "$2" "$4")" || return 1
  refusal=$(refused "$1" "$2" "$4")
  which="card $1 vf $2" index=$2 need=$3 setting=$4
  shift 4
  case $setting in *_rate) await_carrier ;; esac
  # One at a time: of several that are told together, those before the one that is refused stay.
  if failure=$(ip link set dev "$NIC" vf "$index" "$setting" "$@" 2>&1); then
    rm -f "$refusal"
    return
  fi
  failure="$which: the driver refuses $setting $*: $(printf '%s\n' "$failure" | tail -n 1)"
  [ "$need" = optional ] || { printf '%s\n' "$failure"; return 1; }
  note "$failure; left out"
  : >"$refusal"
}

# Without a link there is no rate to have a part of; it is lost for a moment when functions come.
await_carrier() {
  waited=0
  until [ "$(get "/sys/class/net/$NIC/carrier" 2>/dev/null)" = 1 ] || [ $waited -ge 10 ]; do
    waited=$((waited + 1))
    sleep 1
  done
}

del_vf() {
  rm -f "$(refused "$1" "$2" "$4")"
  was=$(get "$(before "$1" "$2.$4")")
  if [ -n "$was" ] && card "$1"; then
    case $(shown "$2" "$4") in
      '' | "$was") ;;
      *)
        # What was made with its card is taken away with it, whatever it is set to.
        # shellcheck disable=SC2086
        ip link set dev "$NIC" vf "$2" "$4" $was || [ "$(get "$(before "$1" count)")" = 0 ] || return 1
        ;;
    esac
  fi
  forget "$1" "$2.$4"
}

foreign_vf() { :; }
