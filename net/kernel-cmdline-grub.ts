import { got, type Issues, issue } from "./issues";
import { kernelWords, missingKernelWords } from "./kernel-cmdline";

const BEGIN = "# BEGIN proxmox-router";
const END = "# END proxmox-router";
const BLOCK = new RegExp(`\\n${BEGIN}\\n(?:.*\\n)*?${END}\\n`);

/**
 * Add words to the text of /etc/default/grub.
 *
 * The file is a shell script of the administrator's: no line of it is changed. A marked block at
 * its end lengthens the command line, and is written anew each time.
 */
export function addGrubWords(text: string, words: readonly string[]): string {
  const own = removeGrubWords(text);
  const missing = missingKernelWords(grubCmdline(own), words);
  if (missing.length === 0) return own;
  const block = [
    "",
    BEGIN,
    `GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT ${missing.join(" ")}"`,
    END,
    "",
  ];
  return own + block.join("\n");
}

/** Take the block out again: what is left is the text as it was. */
export function removeGrubWords(text: string): string {
  const block = BLOCK.exec(text);
  if (!block) return text;
  const before = text.slice(0, block.index);
  const after = text.slice(block.index + block[0].length);
  // Lines that were added below the block must not run into the last one above it.
  const open = before !== "" && !before.endsWith("\n") && after !== "";
  return removeGrubWords(open ? `${before}\n${after}` : before + after);
}

/** Why the text of /etc/default/grub can not be edited. */
export function grubFileIssues(path: string, text: string): Issues {
  const own = removeGrubWords(text);
  const line = grubCmdline(own);
  return [
    ...(own.includes(BEGIN) || own.includes(END)
      ? issue(path, "half of our own block is left", `both "${BEGIN}" and "${END}", or neither`)
      : []),
    ...(kernelWords(`${line} end`).at(-1) === "end"
      ? []
      : issue(path, got(line.trim()), 'no "--" in it, or added words go to init')),
  ];
}

/**
 * The kernel words that the assignments in /etc/default/grub add up to, as far as plain text shows.
 *
 * What only a shell could tell is passed over: the worst that follows is a word given twice.
 */
function grubCmdline(text: string): string {
  const value: Record<string, string> = {};
  const line =
    /^[ \t]*(?:export[ \t]+)?(GRUB_CMDLINE_LINUX(?:_DEFAULT)?)=("(?:[^"\\`]|\\.)*"|'[^']*'|[^\s"'\\`;&|$]*)[ \t]*(?:#.*)?$/gm;
  for (const [, name = "", quoted = ""] of text.matchAll(line)) {
    const plain = quoted.replace(/^(["'])([^]*)\1$/, "$2");
    value[name] = quoted.startsWith("'") ? plain : expand(plain, value);
  }
  return `${value.GRUB_CMDLINE_LINUX ?? ""} ${value.GRUB_CMDLINE_LINUX_DEFAULT ?? ""}`;
}

const expand = (text: string, value: Record<string, string>) =>
  text
    .replace(/\$\{?(GRUB_CMDLINE_LINUX(?:_DEFAULT)?)\b\}?/g, (_, name: string) => value[name] ?? "")
    .replace(/\\([\\"$`])/g, "$1");
