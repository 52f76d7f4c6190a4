# What the agent needs of OpenWrt's procd, for a machine made of namespaces: the first process bears
# its name, /etc/rc.common reads the scripts in /etc/init.d, an instance is started again as it wishes,
# ubus answers for it, and no disk keeps /var.
printf procd >/proc/self/comm
mkdir -p /run/procd/bin /etc/rc.d
# It is in memory.
rm -rf /var/lib/*
[ -e /etc/rc.common ] || rm -rf /etc/init.d/*

cat >/etc/rc.common <<'END'
#!/bin/sh
initscript=$1
action=$2
name=${initscript##*/}
name=${name#S[0-9][0-9]}
procd_open_instance() { command='' respawn=''; }
procd_set_param() {
  param=$1
  shift
  case $param in
    command) command=$* ;;
    respawn) respawn=$* ;;
  esac
}
procd_close_instance() {
  printf '%s\n' "$command" >/run/procd/$name.command
  printf '%s\n' "$respawn" >/run/procd/$name.respawn
  rm -f /run/procd/$name.pid
  setsid /run/procd/bin/instance $name </dev/null >/dev/null 2>&1 &
  until [ -s /run/procd/$name.pid ]; do /usr/bin/busybox usleep 5000; done
}
. "$initscript"
if [ -n "${USE_PROCD-}" ]; then
  start() { start_service; }
  stop() { ubus call service delete "{\"name\":\"$name\"}"; }
  running() { [ -e /run/procd/$name.command ]; }
fi
case $action in
  enable) ln -sf ../init.d/$name /etc/rc.d/S$START$name ;;
  disable) rm -f /etc/rc.d/S??$name ;;
  enabled) [ -e /etc/rc.d/S$START$name ] ;;
  restart) stop; start ;;
  boot) start ;;
  *) $action ;;
esac
END

cat >/run/procd/bin/instance <<'END'
#!/usr/bin/busybox sh
echo $$ >/run/procd/$1.loop
while :; do
  setsid $(cat /run/procd/$1.command) &
  echo $! >/run/procd/$1.pid
  wait $!
  # Threshold, pause and tries, of which 0 are without end.
  set -- "$1" $(cat /run/procd/$1.respawn)
  [ "${4-}" = 0 ] || exit 0
  /usr/bin/busybox usleep $(($3 * 100000))
done
END

cat >/run/procd/bin/ubus <<'END'
#!/usr/bin/busybox sh
name=${4#*:\"}
name=${name%%\"*}
case $3 in
  list) if [ -e /run/procd/$name.command ]; then echo "{\"$name\":{\"instances\":{}}}"; else echo '{}'; fi ;;
  delete)
    rm -f /run/procd/$name.command
    kill "$(cat /run/procd/$name.loop)" "$(cat /run/procd/$name.pid)"
    ;;
esac
END

chmod 755 /etc/rc.common /run/procd/bin/*
mount -t overlay -o lowerdir=/run/procd/bin:/usr/sbin overlay /usr/sbin
