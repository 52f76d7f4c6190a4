import type { ConfigFile } from "../net/networkd";

const END = "PROXMOX_ROUTER_END_OF_FILE";

/** The cloud-init snippets of one router, by file name, on one directory storage. */
export interface Seed {
  /** Storage that holds them; its content types must include snippets. */
  readonly storage: string;
  /** File names with their text. */
  readonly files: readonly ConfigFile[];
}

/**
 * Render the script that writes the snippets on a node (`sh -s write`) or removes them
 * (`sh -s remove`).
 */
export function renderSeed({ storage, files }: Seed): string {
  return [
    "set -eu",
    "umask 022",
    "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
    `fail() { printf '%s\\n' "$1" >&2; exit 1; }`,
    `storage=$(pvesh get /storage/${storage} --output-format json)`,
    `printf '%s' "$storage" | grep -q '"content" *: *"[^"]*snippets' ||`,
    `  fail "Storage ${storage} does not hold snippets. Allow them: pvesm set ${storage} --content iso,vztmpl,backup,import,snippets"`,
    // Not by `pvesm path`: it knows only files that exist.
    `path=$(printf '%s' "$storage" | sed -n 's/.*"path" *: *"\\([^"]*\\)".*/\\1/p')`,
    `[ -n "$path" ] || fail "Storage ${storage} is no directory; snippets need one."`,
    "dir=$path/snippets",
    'case "$1" in',
    "remove)",
    ...files.map(({ path }) => `  rm -f "$dir/${path}"`),
    "  exit 0 ;;",
    "esac",
    `put() { mkdir -p "$dir"; cat >"$dir/$1.new"; mv -f "$dir/$1.new" "$dir/$1"; }`,
    ...files.flatMap(({ path, text }) => ["", `put ${path} <<'${END}'`, `${text}${END}`]),
    "",
  ].join("\n");
}
