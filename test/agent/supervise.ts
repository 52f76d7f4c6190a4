import type { Machine } from "./machine";

const SYSTEMD = `
mkdir -p /run/systemd/system /run/fake
cat >/run/fake/systemd-run <<'END'
#!/bin/sh
case "$*" in *--on-active*) exit 0 ;; esac
while [ "\${1#--}" != "$1" ]; do shift; done
setsid "$@" </dev/null >/dev/null 2>&1 9>&- &
END
printf '#!/bin/sh\\n' >/run/fake/systemctl
for one in systemd-run systemctl; do
  chmod 755 /run/fake/$one && mount --bind /run/fake/$one /usr/bin/$one
done`;

/** Give a machine what looks like systemd to the agent: what is started runs detached, and stays. */
export async function supervise(machine: Machine): Promise<void> {
  await machine.exec(SYSTEMD);
}
