/** The reasons why a value is refused, as `path: fact; expected …` lines. */
export type Issues = readonly string[];

/** Quote a value for a message, shortened, with anything unprintable escaped. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  const printable = (text ?? String(value)).replace(
    /[^\x20-\x7e]/gu,
    (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return printable.length > 80 ? `${printable.slice(0, 77)}…` : printable;
}
