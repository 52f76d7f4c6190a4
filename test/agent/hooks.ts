import type { Machine } from "./machine";

/** The programs by which the agent changes something. */
const MUTATORS = ["nft", "ip", "mv", "rm", "cp", "mkdir", "ln"];

/**
 * Run a script, with the name of the program in `$name`, before each of some programs of a machine.
 * The hooks are gone with the power.
 */
export async function hook(machine: Machine, script: string, programs = MUTATORS): Promise<void> {
  const file = `/run/hook-${programs.join("-")}`;
  const { code, stderr } = await machine.exec(
    [
      "set -e; mkdir -p /run/real",
      `cat >${file} <<'END'`,
      "#!/usr/bin/busybox sh",
      "name=${0##*/}",
      script,
      'exec "/run/real/$name" "$@"',
      "END",
      `chmod 755 ${file}`,
      `for program in ${programs.join(" ")}; do`,
      '  path=$(readlink -f "$(command -v $program)")',
      '  [ -e /run/real/$program ] || cp "$path" /run/real/$program',
      `  /usr/bin/busybox mount --bind ${file} "$path"`,
      "done",
    ].join("\n"),
  );
  if (code !== 0) throw new Error(stderr);
}

const CHANGES = `
case "$name $*" in
  *" show"* | "nft list"* | "nft -s"* | "nft -c"* | "ip -"*) false ;;
  *) true ;;
esac`;

/** Kill the processes of one verb of the agent just before its nth change, when `killAt` has said so. */
export const killer = (machine: Machine): Promise<void> =>
  hook(
    machine,
    `
if [ -s /run/kill ] && { ${CHANGES}
}; then
  read -r verb at times step </run/kill
  if tr '\\0' ' ' <"/proc/$PPID/cmdline" | grep -q "agent[.sh]* $verb "; then
    count=$(($(cat /run/count) + 1))
    echo $count >/run/count
    if [ $count = $at ]; then
      times=$((times - 1))
      if [ $times = 0 ]; then : >/run/kill; else echo "$verb $((at + step)) $times $step" >/run/kill; fi
      echo 0 >/run/count
      for one in /proc/[0-9]*; do
        if tr '\\0' ' ' 2>/dev/null <$one/cmdline | grep -q "agent[.sh]* $verb "; then
          kill -9 \${one#/proc/}
        fi
      done
      exit 1
    fi
  fi
fi`,
  );

/** Say when a verb of the agent is to be killed, how often, and how many changes later each time. */
export const killAt = (machine: Machine, verb: string, change: number, times = 1, step = 0) =>
  machine.exec(`echo 0 >/run/count; echo '${verb} ${change} ${times} ${step}' >/run/kill`);

/** Whether it was killed as often as that; if not, it will not be. */
export const killed = async (machine: Machine): Promise<boolean> =>
  (await machine.exec("[ ! -s /run/kill ] || { : >/run/kill; false; }")).code === 0;
