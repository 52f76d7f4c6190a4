import { got, hiddenCharacter, type Issues, issue, quote } from "./issues";

/** Longest text that a field takes, where it says nothing stricter, in characters. */
const TEXT_LIMIT = 4096;

/** Longest description, in characters: the kernel keeps 128 bytes of a rule's comment. */
const DESCRIPTION_LIMIT = 120;

/** Every reason why a value is no text of one line: a control character would end up in a file. */
export function textIssues(path: string, value: unknown, limit = TEXT_LIMIT): Issues {
  if (typeof value !== "string") return issue(path, `got ${quote(value)}`, "text");
  if (value.length > limit) {
    return issue(path, `got ${value.length} characters`, `at most ${limit}`);
  }
  return hiddenCharacter(value) === undefined
    ? []
    : issue(path, got(value), "printable characters");
}

/** Every reason why a value can not be the description beside a declaration. */
export function descriptionIssues(path: string, value: unknown): Issues {
  const issues = textIssues(path, value, DESCRIPTION_LIMIT);
  if (issues.length > 0) return issues;
  return /^[\x20-\x7e]*$/.test(value as string)
    ? []
    : issue(path, got(value), `at most ${DESCRIPTION_LIMIT} printable ASCII characters`);
}
