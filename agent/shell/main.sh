# SLICE [SHA256]: arguments come from outside, if only from us.
arguments() {
  only a-z0-9- "${1-}" || die $USAGE "no slice"
  [ $# -lt 2 ] || [ "$2" = none ] || { only 0-9a-f "$2" && [ ${#2} = 64 ]; } || die $USAGE "no sha256"
}

WORK=$RUN/work.$$
[ ! -e "$WORK" ] || rm -rf "$WORK"
trap '[ ! -e "$WORK" ] || rm -rf "$WORK"; ! "$STAGING" || unstage' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 141' PIPE
trap 'exit 143' TERM

verb=${1-}
[ $# = 0 ] || shift
# Those that mostly wait make it when they need it.
case $verb in watch | respawn | expire | unchanged) ;; *) mkdir -p "$WORK" ;; esac
case $verb in
  begin) arguments "$1" "$2"; begin "$@" ;;
  confirm) arguments "$1" "$2"; confirm "$1" "$2" ;;
  unchanged) arguments "$1" "$2"; unchanged "$1" "$2" ;;
  remove) arguments "$1"; begin "$1" none "" "${2:-repair}" ;;
  abort) arguments "$1"; abort "$1" ;;
  rollback) lock_by_force; rollback 'taken back by hand' ;;
  apply | watch | respawn | expire) only 0-9a-f "${1-}" || die $USAGE "no transaction"; "$verb" "$1" ;;
  drift) [ $# = 0 ] || arguments "$1"; drift "$@" ;;
  restore) restore "$@" ;;
  boot | status | caps | survey | panic | resume) "$verb" ;;
  *) die $USAGE "verbs: begin confirm unchanged remove abort rollback drift boot restore status caps survey panic resume" ;;
esac
