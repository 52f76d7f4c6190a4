import { got, type Issues, issue } from "./issues";
import { missingKernelWords } from "./kernel-cmdline";

/** A command line after an edit, and the words that the edit brought. */
export interface KernelCmdlineEdit {
  /** The file's whole text. */
  readonly text: string;
  /** What `removeKernelWords` has to be given to undo it; empty when everything was there. */
  readonly added: string[];
}

/** Add words to the text of /etc/kernel/cmdline; those already in force stay the user's own. */
export function addKernelWords(text: string, words: readonly string[]): KernelCmdlineEdit {
  const [before, own, after] = divide(text);
  const added = missingKernelWords(own, words);
  if (added.length === 0) return { text, added };
  const gap = own === "" && after.startsWith("--") ? " " : "";
  return { text: before + [...(own ? [own] : []), ...added].join(" ") + gap + after, added };
}

/** Take added words out again; the rest of the text, blanks included, is left as it is. */
export function removeKernelWords(text: string, added: readonly string[]): string {
  if (added.length === 0) return text;
  const [before, own, after] = divide(text);
  const suffix = added.join(" ");
  const rest =
    own === suffix || own.endsWith(` ${suffix}`)
      ? own.slice(0, -suffix.length).replace(/ $/, "")
      : added.reduceRight(withoutLast, own);
  return before + rest + (rest === "" ? after.replace(/^ (?=--)/, "") : after);
}

/** Why the text of /etc/kernel/cmdline can not be edited. */
export function cmdlineFileIssues(path: string, text: string): Issues {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return [
    ...(lines.length > 1
      ? issue(path, `${lines.length} lines`, "one, the boot loader reads no more")
      : []),
    ...((lines[0]?.match(/"/g)?.length ?? 0) % 2 === 1
      ? issue(path, `${got(lines[0])} with an open quote`, "it closed")
      : []),
  ];
}

/** What stands before the first line's words, the kernel's words, and what follows them. */
function divide(text: string): [before: string, own: string, after: string] {
  const start = text.search(/\S/);
  if (start < 0) return ["", "", text];
  const end = text.indexOf("\n", start);
  const line = text.slice(start, end < 0 ? undefined : end);
  const dashes = /(?<=^(?:[^\s"]|"[^"]*"|\s)*)(?<=^|\s)--(?=\s|$)/.exec(line)?.index;
  const own = line.slice(0, dashes).trimEnd();
  return [text.slice(0, start), own, text.slice(start + own.length)];
}

/** Remove the last occurrence of a whole word, and the blank before it. */
function withoutLast(own: string, word: string): string {
  const at = own.split(/(\s+)/).reduce<{ offset: number; found: number }>(
    ({ offset, found }, part) => ({
      offset: offset + part.length,
      found: part === word ? offset : found,
    }),
    { offset: 0, found: -1 },
  ).found;
  if (at < 0) return own;
  return at === 0
    ? own.slice(word.length).trimStart()
    : own.slice(0, at - 1) + own.slice(at + word.length);
}
