/** One `Key=value` line. */
export type Entry = readonly [key: string, value: string | number];

/** One `[Name]` section. */
export type Section = readonly [name: string, entries: readonly Entry[]];

/** Render sections as systemd reads them, a blank line between two (systemd.syntax(7)). */
export const renderIni = (sections: readonly Section[]): string =>
  sections
    .map(([name, entries]) =>
      [`[${name}]`, ...entries.map(([key, value]) => `${key}=${value}`), ""].join("\n"),
    )
    .join("\n");

/** The same key once for each value. */
export const each = (key: string, values: readonly (string | number)[] = []): Entry[] =>
  values.map((value): Entry => [key, value]);

/** A line that is left out when there is nothing to say. */
export const optional = (key: string, value: string | number | undefined): Entry[] =>
  value === undefined ? [] : [[key, value]];

/** A switch in systemd's spelling, left out when it is not set. */
export const flag = (key: string, value: boolean | undefined): Entry[] =>
  value === undefined ? [] : [[key, value ? "yes" : "no"]];
