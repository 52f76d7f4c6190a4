/** What the first process of a machine is told. */
interface Init {
  /** Directory that it may write to. */
  readonly directory: string;
  /** Files of this machine that lie over those of the real one, by where they lie. */
  readonly binds: Readonly<Record<string, string>>;
  /** Address of its network card, and of the other end of the wire. */
  readonly address: string;
  readonly network: string;
  /** Files that sshd reads. */
  readonly hostKey: string;
  readonly authorizedKeys: string;
  /** What others put in force at boot, before the agent. */
  readonly boot: string;
  /** What starts the agent at boot. */
  readonly services: string | undefined;
}

const AGENT = "/usr/local/lib/proxmox-router/agent";
const UNITS = `if [ -r ${AGENT} ]; then sh ${AGENT} boot; sh ${AGENT} restore boot; fi </dev/null >/dev/null`;

/**
 * Render the first process of a machine: what an init system would start at boot, then a shell that
 * runs each line it reads and ends what the line says with a NUL.
 *
 * It says "ready" once its namespaces are, then reads a line once its network card is there, and
 * says "up" once it can be reached. It ends, and the machine with it, when whoever asks is gone.
 */
export function renderInit({
  directory,
  binds,
  address,
  network,
  boot,
  services = UNITS,
  hostKey,
  authorizedKeys,
}: Init): string {
  return [
    "#!/usr/bin/bash",
    "set -e",
    "mount --make-rprivate /",
    // What it shares with the real machine is only there to be read.
    "while read -r _ _ _ _ at how _; do",
    "  case $at/,$how, in",
    "    /proc/* | /sys/* | /run/*) ;;",
    "    *,rw,*) busybox mount -o remount,bind,ro none $at ;;",
    "  esac",
    "done </proc/self/mountinfo",
    `mount --bind ${directory} ${directory}`,
    `mount -o remount,bind,rw ${directory}`,
    "mount -t proc proc /proc",
    "mount -t sysfs sysfs /sys",
    "mount -t tmpfs tmpfs /run",
    ...Object.entries(binds).map(([over, path]) => `mount --bind ${path} ${over}`),
    // Read by the shell that sshd starts, and slow.
    "[ ! -e /root/.bashrc ] || mount --bind /dev/null /root/.bashrc",
    "hostname machine",
    "mkdir -p /run/sshd",
    "echo ready",
    "read -r _",
    "ip -batch - <<END",
    "link set lo up",
    `address add ${address}/30 dev eth0`,
    "link set eth0 up",
    // Else either end waits 40 ms before it acknowledges.
    `route change ${network}/30 dev eth0 quickack 1`,
    "END",
    boot,
    services,
    "/usr/sbin/sshd -o PidFile=none -o UsePAM=no -o StrictModes=no -o UseDNS=no" +
      ` -o AuthorizedKeysFile=${authorizedKeys} -o MaxStartups=100 -o LogLevel=ERROR` +
      ` -f /dev/null -h ${hostKey} </dev/null`,
    // It goes into the background before it listens.
    "until [[ $(</proc/net/tcp) == *:0016* ]]; do busybox usleep 3000; done",
    "echo up",
    "set +e",
    `while IFS= read -r line; do eval "$line" </dev/null 2>&1; printf '\\0'; done`,
    "",
  ].join("\n");
}
