import { declaredIssues } from "./declared";
import { got, type Issues, issue, quote } from "./issues";

const WORD = /^[a-z][A-Za-z0-9_.-]*(=[A-Za-z0-9_.,:;+@/-]+)?$/;

/** Settings that add up when they are given more than once; of the others the last one holds. */
const CUMULATIVE = ["console", "earlycon", "modprobe.blacklist", "pci"];

/** The command line in words, as the kernel splits it; what follows `--` is for init alone. */
export function kernelWords(line: string): string[] {
  const words = [...line.matchAll(/(?:[^\s"]|"[^"]*(?:"|$))+/g)].map(([word]) => word);
  const end = words.indexOf("--");
  return end < 0 ? words : words.slice(0, end);
}

/**
 * Which of the wanted words are not in force on a command line.
 *
 * Asked of /proc/cmdline it says whether a reboot is due.
 */
export const missingKernelWords = (line: string, wanted: readonly string[]): string[] => {
  const words = kernelWords(line);
  return wanted.filter((word) => !inForce(words, word));
};

/** Why words can not be added to a command line. */
export const kernelWordIssues = (path: string, words: readonly string[]): Issues =>
  declaredIssues(path, words, ["text"], (plain) => wordIssues(path, plain));

const wordIssues = (path: string, words: readonly string[]): Issues =>
  words.flatMap((word, i) => {
    const twin = words.findIndex(
      (other) => key(other) === key(word) && (other === word || !CUMULATIVE.includes(key(word))),
    );
    return [
      ...(WORD.test(word)
        ? []
        : issue(`${path}[${i}]`, got(word), "a word such as iommu=pt, without quotes")),
      ...(twin < i
        ? issue(
            `${path}[${i}]`,
            `${quote(word)} sets the same as ${path}[${twin}] ${quote(words[twin])}`,
            "one of them",
          )
        : []),
    ];
  });

const key = (word: string) => word.split("=")[0] ?? word;

const inForce = (words: readonly string[], wanted: string) => {
  const same = words.filter((word) => key(word) === key(wanted));
  return CUMULATIVE.includes(key(wanted)) ? same.includes(wanted) : same.at(-1) === wanted;
};
