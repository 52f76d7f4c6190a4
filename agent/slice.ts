import type { ConfigFile } from "../net/networkd";

/** What one component owns on a machine: its files, and how they are checked and put in force. */
export interface Slice {
  /** Name of the slice on the machine; a path component. */
  readonly id: string;
  /** Every file of the slice; one that an earlier version had and this one lacks is removed. */
  readonly files: readonly ConfigFile[];
  /** Files of others that would contradict ours: shell patterns, removed. */
  readonly supersedes?: readonly string[];
  /** Shell commands that must succeed before any file is touched; `$stage` holds the new tree. */
  readonly check: readonly string[];
  /** Shell commands that put the files in force. */
  readonly activate: readonly string[];
}

const END = "PROXMOX_ROUTER_END_OF_FILE";

/**
 * Render the shell script that brings a machine to a slice, to be fed to `sh -s` on standard input.
 *
 * Everything is staged and checked first; then each file is replaced whole. Running it again
 * changes nothing.
 */
export function renderInstall({ id, files, supersedes = [], check, activate }: Slice): string {
  const paths = files.map(({ path }) => path);
  return [
    "set -eu",
    "umask 022",
    "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
    `state=/var/lib/proxmox-router/${id}`,
    "stage=$(mktemp -d /run/proxmox-router.XXXXXX)",
    `trap 'rm -rf "$stage"' EXIT`,
    `put() { mkdir -p "$stage\${1%/*}"; cat >"$stage$1"; }`,
    "",
    ...files.flatMap(({ path, text }) => [`put ${path} <<'${END}'`, `${text}${END}`, ""]),
    ...check,
    "",
    `for file in ${paths.join(" ")}; do`,
    `  mkdir -p "\${file%/*}"`,
    `  cp "$stage$file" "$file.new"`,
    `  mv -f "$file.new" "$file"`,
    "done",
    'mkdir -p "$state"',
    'touch "$state/files"',
    `for file in $(cat "$state/files"); do`,
    `  case " ${paths.join(" ")} " in *" $file "*) ;; *) rm -f "$file" ;; esac`,
    "done",
    `printf '%s\\n' ${paths.join(" ")} >"$state/files"`,
    ...supersedes.map((pattern) => `rm -f ${pattern}`),
    "",
    ...activate,
    "",
  ].join("\n");
}
