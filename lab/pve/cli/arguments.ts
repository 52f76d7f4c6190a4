/** A command line taken apart: words, `--name value` options, and what follows `--`. */
export interface Arguments {
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string | string[]>>;
  readonly rest: readonly string[];
}

/** Read a command line as Proxmox's tools do: `--x y`, `-x y` and `--x=y` are the same. */
export function parseArguments(argv: readonly string[]): Arguments {
  const end = argv.indexOf("--");
  const before = end === -1 ? argv : argv.slice(0, end);
  const words: string[] = [];
  const options: Record<string, string | string[]> = {};
  for (let index = 0; index < before.length; index += 1) {
    const part = before[index] ?? "";
    const option = /^--?([a-zA-Z][a-zA-Z0-9_-]*)(?:=(.*))?$/s.exec(part);
    if (option === null) {
      words.push(part);
      continue;
    }
    const name = option[1] ?? "";
    let value = option[2];
    const next = before[index + 1];
    if (value === undefined && next !== undefined && !/^--?[a-zA-Z]/.test(next)) {
      value = next;
      index += 1;
    }
    const known = options[name];
    const given = value ?? "1";
    options[name] =
      known === undefined ? given : [...(Array.isArray(known) ? known : [known]), given];
  }
  return { words, options, rest: end === -1 ? [] : argv.slice(end + 1) };
}
