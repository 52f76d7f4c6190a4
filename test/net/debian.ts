import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ConfigFile } from "../../net/config-file";
import { unpacked } from "../debian-packages";

/** Debian packages of the tools that are asked about our files. */
const PACKAGES = [
  "bridge-utils",
  "busybox",
  "cloud-init",
  "dnsmasq-base",
  "haproxy",
  "ifupdown2",
  "iproute2",
  "nftables",
  "procps",
  "python3",
  "systemd",
  "udev",
];

const asRoot = process.getuid?.() === 0;

let root = "";

// The first time it downloads some megabytes.
beforeAll(() => {
  root = unpacked(PACKAGES);
}, 5 * 60_000);

/** What a tool said about our files. */
export interface Answer {
  /** Exit status of the script. */
  readonly status: number | null;
  /** Both of its outputs. */
  readonly output: string;
}

/**
 * Run a shell script where Debian's own tools see the given files as those of a fresh machine.
 *
 * It has namespaces of its own for mounts, network and processes, and the tools' packages laid over
 * /usr and /etc: nothing is installed on this machine, where cloud-init or haproxy would start with
 * the next boot.
 */
export function onDebian(script: string, files: readonly ConfigFile[] = []): Answer {
  const scratch = mkdtempSync(join(tmpdir(), "proxmox-router-debian-"));
  try {
    for (const { path, text } of files) {
      mkdirSync(join(scratch, "etc", dirname(path).replace(/^\/etc/, "")), { recursive: true });
      writeFileSync(join(scratch, "etc", path.replace(/^\/etc/, "")), text);
    }
    mkdirSync(join(scratch, "etc"), { recursive: true });
    const { status, stdout } = spawnSync(
      "unshare",
      [
        asRoot ? "-mnp" : "-rmnp",
        "--fork",
        "--kill-child",
        "sh",
        "-ec",
        `exec 2>&1\n${STAGE}\n${script}`,
      ],
      {
        env: {
          PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
          LC_ALL: "C.UTF-8",
          ROOT: root,
          SCRATCH: scratch,
        },
        encoding: "utf8",
        timeout: 25_000,
      },
    );
    return { status, output: stdout };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

// A read-only /sys is what tells networkd that it runs in a container, without udev to wait for.
const STAGE = `mount -t proc proc /proc
mount -t sysfs -o ro sysfs /sys
mount -t overlay -o "lowerdir=$ROOT/usr:/usr" overlay /usr
mount -t overlay -o "lowerdir=$SCRATCH/etc:$ROOT/etc:/etc" overlay /etc
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/lib
mkdir -p /var/lib/misc /run/systemd/netif /run/network /run/udev
chown -R systemd-network: /run/systemd/netif
ip link set lo up`;
