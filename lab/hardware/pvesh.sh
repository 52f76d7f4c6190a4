#!/bin/sh
# pvesh get|create|set|delete PATH [--OPTION VALUE]..., with JSON as its only output format. The lab's
# own starts Node, which takes an emulated CPU ten seconds.
case $1 in
  get) method=GET ;;
  create) method=POST ;;
  set) method=PUT ;;
  delete) method=DELETE ;;
  *) echo 'USAGE: pvesh <get|create|set|delete> <api_path> [OPTIONS]' >&2; exit 255 ;;
esac
path=$2
shift 2
for word; do
  shift
  case $word in
    --*) option=${word#--} ;;
    *) [ "$option" = output-format ] || set -- "$@" --data-urlencode "$option=$word" ;;
  esac
done
case $method in GET | DELETE) set -- --get -X "$method" "$@" ;; *) set -- -X "$method" "$@" ;; esac
answer=$(curl -s -w '\n%{http_code}' --unix-socket /run/pve-api.sock "$@" "http://localhost/api2/json$path") || exit 255
body=${answer%
*}
case ${answer##*
} in
  2*) printf '%s' "$body" | jq -cS .data ;;
  *) printf '%s' "$body" | jq -r .message >&2; exit 2 ;;
esac
