import { instanceName } from "./instance";

/** The reasons why a value is refused, as `path: fact; expected …` lines. */
export type Issues = readonly string[];

/** One reason, as a list that can be spread or returned. */
export function issue(path: string, fact: string, expected: string): Issues {
  return [`${path}: ${fact}; expected ${expected}`];
}

/** Quote a value for a message, shortened, with anything unprintable escaped and no private key. */
export function quote(value: unknown): string {
  const printable = describe(value).replace(
    /[^\x20-\x7e]/gu,
    (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return printable.length > 80 ? `${printable.slice(0, 77)}…` : printable;
}

/** The fact that a value is what it is, and which character in it nobody can see. */
export function got(value: unknown): string {
  const hidden = typeof value === "string" ? hiddenCharacter(value) : undefined;
  return `got ${quote(value)}${hidden === undefined ? "" : `, which holds ${hidden}`}`;
}

/** The first control, format or lone surrogate character of a text, by its code point. */
export function hiddenCharacter(text: string): string | undefined {
  const found = HIDDEN.exec(text)?.[0].codePointAt(0);
  return found === undefined
    ? undefined
    : `the unprintable character U+${found.toString(16).toUpperCase().padStart(4, "0")}`;
}

// C0, C1, bidi overrides and BOM, line separators, lone surrogates, private and unassigned ones.
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]/u;

function describe(value: unknown): string {
  if (typeof value === "bigint" || typeof value === "symbol") return String(value);
  if (typeof value === "function") return "a function";
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "string" && value.includes("PRIVATE KEY")) return "a private key";
  try {
    const instance = typeof value === "object" && value !== null ? instanceName(value) : undefined;
    if (instance) return instance;
    const text: unknown = JSON.stringify(typeof value === "string" ? value.slice(0, 200) : value);
    return typeof text === "string" ? text : String(text);
  } catch {
    return "an object that can not be printed";
  }
}
